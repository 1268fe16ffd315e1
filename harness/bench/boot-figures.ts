import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Fetching } from '../../vms/build.ts';
import { fetchKernel } from '../fetch/kernel.ts';
import { fetchKit } from '../fetch/kit.ts';
import { dieWithUs } from '../fetch/programs/program.ts';
import { fetchQemu, type Qemu } from '../fetch/qemu.ts';
import { cpio } from '../machines/microvm/cpio.ts';
import { socketsOf } from '../machines/microvm/guest.ts';
import type { MicroVm } from '../machines/microvm/microvm.ts';
import { openMicroVm, planVm, type MicroVmOptions } from '../machines/microvm/open.ts';
import { snapshotMicroVm } from '../machines/microvm/snapshot.ts';
import { qemuArguments, type VmPlan } from '../machines/microvm/qemu-command.ts';

/** The cost of a boot until the first sign of life: seconds of wall clock and of QEMU's CPU, and QEMU's bytes by then. */
interface BootCost {
  seconds: number;
  cpuSeconds: number;
  residentBytes: number;
}

/** The kinds that are compared: a busybox shell that says a word, the lab's machine, and one that goes on from a snapshot. */
type BootKind = 'bare' | 'machine' | 'resumed';

/** Every boot that was measured, in turn. */
export type BootFigures = Record<BootKind, BootCost>[];

/** Of each guest: as that of kmem-slab, and plenty for a shell. */
const memoryBytes = 256 << 20;

/** Boots a kernel of the catalogue in each way, in turn, so that a busy host is busy for all. */
export async function measureBoots(kernelName: string, rounds: number, fetching: Fetching): Promise<BootFigures> {
  const qemu = await fetchQemu(fetching);
  const kernel = await fetchKernel(kernelName, fetching);
  const directory = await mkdtemp(path.join(os.tmpdir(), 'lab-bench-'));
  try {
    const options: MicroVmOptions = {
      qemu,
      acceleration: 'tcg',
      kernel,
      bootParameters: ['nokaslr', 'nopti'],
      memoryBytes,
      cpus: 1,
      cgroupVersion: 1,
      directory,
      fetching,
    };
    const initramfs = path.join(directory, 'bare.cpio');
    const plan: VmPlan = { ...(await planVm(options, directory)), initramfs };
    await writeFile(initramfs, await bareInitramfs(fetching));
    await using snapshot = await snapshotMicroVm(options);
    const figures: BootFigures = [];
    for (let round = 0; round < rounds; round++) {
      figures.push({
        bare: await bootBare(qemu, plan),
        machine: await bootMachine(() => openMicroVm(options)),
        resumed: await bootMachine(() => snapshot.open(directory)),
      });
    }
    return figures;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The medians, and what a machine costs in units of a bare boot. */
export function describeBoots(kernel: string, figures: BootFigures): string {
  const row = (kind: BootKind, what: string) => {
    const of = (cost: keyof BootCost) => median(figures.map((figure) => figure[kind][cost]));
    const ratio = of('seconds') / median(figures.map(({ bare }) => bare.seconds));
    const megabytes = Math.round(of('residentBytes') / 1e6);
    return `  ${what}: ${of('seconds').toFixed(2)} s, CPU ${of('cpuSeconds').toFixed(2)} s, QEMU ${megabytes} MB, ${ratio.toFixed(2)} × bare`;
  };
  return [
    `kernel ${kernel}, ${memoryBytes >> 20} MiB, TCG, medians of ${figures.length}:`,
    row('bare', 'bare boot to a busybox shell'),
    row('machine', 'micro VM to its first answer'),
    row('resumed', 'from a snapshot to its first answer'),
  ].join('\n');
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

async function bootMachine(open: () => Promise<MicroVm>): Promise<BootCost> {
  const begin = performance.now();
  await using machine = await open();
  await machine.run(['true']);
  return costOf(machine.pid ?? 0, begin);
}

const init =
  '#!/bin/busybox sh\n/bin/busybox mount -t devtmpfs dev /dev\necho READY >/dev/ttyS1\nexec /bin/busybox sh\n';

async function bareInitramfs(fetching: Fetching): Promise<Buffer> {
  const { root } = await fetchKit('guest', fetching);
  return cpio([
    { path: 'dev/console', kind: 'character-device', mode: 0o600, major: 5, minor: 1 },
    { path: 'bin/busybox', kind: 'file', mode: 0o755, content: await readFile(path.join(root, 'usr/bin/busybox')) },
    { path: 'init', kind: 'file', mode: 0o755, content: Buffer.from(init) },
  ]);
}

async function bootBare(qemu: Qemu, plan: VmPlan): Promise<BootCost> {
  const begin = performance.now();
  const [wrapper, ...words] = dieWithUs;
  const child = spawn(wrapper, [...words, ...qemu.command, ...qemuArguments(plan)], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...qemu.environment },
  });
  const ended = once(child, 'exit');
  const [line] = socketsOf(child);
  await Promise.race([...(line ? [once(line, 'data')] : []), ended]);
  const cost = costOf(child.pid ?? 0, begin);
  child.kill('SIGKILL');
  await ended;
  return cost;
}

/** Ticks of `/proc/PID/stat` a second: USER_HZ, 100 on x86. */
const ticks = 100;

function costOf(pid: number, begin: number): BootCost {
  const seconds = (performance.now() - begin) / 1000;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    seconds,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticks,
    residentBytes: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024,
  };
}
