import { constants } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../core/errors.ts';
import { isThere } from '../core/requirement.ts';
import type { Fetching } from '../../vms/build.ts';
import { fetchKit, programOf, type Kit } from './kit.ts';
import { run } from './programs/program.ts';

const program = 'qemu-system-x86_64';

/** A QEMU that runs, and where it came from. */
export interface Qemu {
  /** The words in front of QEMU's own arguments; with those that name its firmware. */
  command: string[];
  environment: Record<string, string>;
  /** e.g. `7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)`. */
  version: string;
  origin: 'settings' | 'host' | 'kit';
}

/**
 * QEMU for x86-64: the one that `DOCKERD_LEAK_LAB_QEMU` names, the host's, or Debian's in the cache.
 *
 * @throws {NotApplicableError} when none is installed and this machine cannot get Debian's packages
 * @throws {LabError} when it does not run
 */
export async function fetchQemu(fetching: Fetching): Promise<Qemu> {
  return (await findOwn()) ?? ofKit(await fetchKit('qemu', fetching));
}

/** As {@link fetchQemu}, but undefined where it would have to be downloaded first. */
export async function findQemu(cache: string): Promise<Qemu | undefined> {
  const own = await findOwn();
  if (own) return own;
  const isInCache = await isThere(join(cache, 'kits/qemu/manifest.json'));
  return isInCache ? ofKit(await fetchKit('qemu', { cache, progress: () => {} })) : undefined;
}

async function findOwn(): Promise<Qemu | undefined> {
  const chosen = process.env['DOCKERD_LEAK_LAB_QEMU'];
  if (chosen) return identified({ command: [chosen], environment: {}, origin: 'settings' });
  const installed = await findInPath(program);
  if (!installed) return undefined;
  return identified({ command: [installed], environment: {}, origin: 'host' });
}

async function ofKit(kit: Kit): Promise<Qemu> {
  const firmware = ['qemu', 'seabios'].flatMap((name) => ['-L', join(kit.root, 'usr/share', name)]);
  return identified({
    command: [...programOf(kit, `usr/bin/${program}`), ...firmware],
    // Its accelerators are libraries that it looks for where Debian would have put them.
    environment: { QEMU_MODULE_DIR: join(kit.root, 'usr/lib/x86_64-linux-gnu/qemu') },
    origin: 'kit',
  });
}

/** The words that run `xz`: the host's, or Debian's in the cache. */
export async function fetchXz(fetching: Fetching): Promise<string[]> {
  const installed = await findInPath('xz');
  return installed ? [installed] : programOf(await fetchKit('qemu', fetching), 'usr/bin/xz');
}

/** The first executable file of that name in `PATH`, or else in these directories. */
export async function findInPath(name: string, beside: readonly string[] = []): Promise<string | undefined> {
  for (const directory of [...(process.env['PATH'] ?? '').split(':').filter(Boolean), ...beside]) {
    const file = join(directory, name);
    if (await isThere(file, constants.X_OK)) return file;
  }
  return undefined;
}

async function identified(qemu: Omit<Qemu, 'version'>): Promise<Qemu> {
  const [command = '', ...rest] = qemu.command;
  const words = Object.entries(qemu.environment).map(([name, value]) => `${name}=${value}`);
  const ran = await run('env', [...words, command, ...rest, '--version'], { timeout: 30_000 });
  const version = /^QEMU emulator version (.+)$/m.exec(ran.stdout)?.[1];
  if (version !== undefined) return { ...qemu, version };
  throw new LabError({
    doing: `asking ${command} for its version`,
    expected: 'QEMU emulator version …',
    happened: ran.exitCode === undefined ? 'it was killed' : `it exited with ${ran.exitCode}`,
    evidence: (ran.stderr || ran.stdout).trim() || '(it printed nothing)',
    hint:
      qemu.origin === 'kit'
        ? 'remove the directory kits/qemu of the cache, and it is downloaded again'
        : `correct DOCKERD_LEAK_LAB_QEMU or the ${program} in PATH`,
  });
}
