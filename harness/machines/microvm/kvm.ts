import { createHash } from 'node:crypto';
import { access, constants } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { Fetching } from '../../../vms/build.ts';
import { fetchOnce } from '../../fetch/cache.ts';
import { fetchKernel } from '../../fetch/kernel.ts';
import { cacheVersion, readManifest } from '../../fetch/manifest.ts';
import type { Qemu } from '../../fetch/qemu.ts';
import { BootFailedError, messageOf } from '../../core/errors.ts';
import { Guest, type BootLimits } from './guest.ts';
import { boundMemory } from './memory-bound.ts';
import { ownDirectory, planVm } from './open.ts';
import type { Acceleration } from './qemu-command.ts';

const device = '/dev/kvm';

/** The kernel that is booted to try it: one that boots on every machine where it can be tried otherwise. */
const probeKernel = '6.1';

/** Milliseconds. With KVM that works it takes a second; with some that do not, the guest hangs for ever. */
const probeLimits: BootLimits = { silence: 15_000, total: 20_000 };

const schema = z.strictObject({ version: z.literal(cacheVersion), works: z.boolean(), found: z.string() });

/** The state of KVM on this host. */
export interface KvmFinding {
  acceleration: Acceleration;
  /** A sentence. */
  found: string;
}

/**
 * Whether a guest boots with KVM here. The device alone proves little: it may belong to a virtual machine whose
 * host emulates it badly. So one boot is tried, once for a host's kernel, QEMU and CPU, and remembered in the cache.
 */
export async function findKvm(qemu: Qemu, fetching: Fetching): Promise<KvmFinding> {
  const unusable = await deviceProblem();
  if (unusable !== undefined) return { acceleration: 'tcg', found: unusable };
  const { manifest } = await fetchOnce(
    {
      entry: entryOf(qemu),
      what: 'what is known of KVM on this machine',
      megabytes: 1,
      schema,
      make: async () => ({ version: cacheVersion, ...(await tryKvm(qemu, fetching)) }),
    },
    fetching,
  );
  return { acceleration: manifest.works ? 'kvm' : 'tcg', found: manifest.found };
}

/** The result of {@link findKvm}, as far as it is known without a boot. */
export async function rememberedKvm(qemu: Qemu | undefined, cache: string): Promise<string> {
  const unusable = await deviceProblem();
  if (unusable !== undefined) return unusable;
  const known = qemu && (await readManifest(path.join(cache, entryOf(qemu)), schema));
  return known?.found ?? `${device} is there; the first run will try whether a guest boots with it`;
}

async function deviceProblem(): Promise<string | undefined> {
  return access(device, constants.R_OK | constants.W_OK).then(
    () => undefined,
    (error: unknown) => `${messageOf(error)}: CPUs are emulated`,
  );
}

function entryOf({ version }: Qemu): string {
  const facts = [os.release(), os.version(), version, os.cpus()[0]?.model ?? ''];
  return `kvm/${createHash('sha256').update(JSON.stringify(facts)).digest('hex')}`;
}

async function tryKvm(qemu: Qemu, fetching: Fetching): Promise<{ works: boolean; found: string }> {
  const kernel = await fetchKernel(probeKernel, fetching);
  await using undo = new AsyncDisposableStack();
  const directory = await ownDirectory(undo);
  const plan = await planVm(
    {
      qemu,
      acceleration: 'kvm',
      kernel,
      bootParameters: [],
      memoryBytes: 256 << 20,
      cpus: 1,
      cgroupVersion: 1,
      directory,
      fetching,
    },
    directory,
  );
  const bound = undo.use(await boundMemory(plan));
  const guest = undo.use(new Guest(qemu, plan, bound));
  const begin = performance.now();
  try {
    await guest.booted(probeLimits);
    return { works: true, found: `${device} works: a guest was up after ${seconds(begin)}` };
  } catch (error) {
    if (!(error instanceof BootFailedError)) throw error;
    return {
      works: false,
      found: `${device} is there, but no guest boots with it (${error.failure.happened}): CPUs are emulated`,
    };
  }
}

function seconds(begin: number): string {
  return `${((performance.now() - begin) / 1000).toFixed(1)} s`;
}
