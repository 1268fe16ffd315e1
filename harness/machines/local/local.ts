import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DockerBuild } from '../../../vms/build.ts';
import { LabError, lastLines } from '../../core/errors.ts';
import { findTool } from '../../core/requirement.ts';
import type { Budget, Machine } from '../../machine/contract.ts';
import { readCgroupLayout } from './cgroup-layout.ts';
import { makeCgroupTree, type CgroupTree } from './cgroup-tree.ts';
import { describeHost, doctorHint, hostEnvironment } from './host.ts';
import { joinCgroups, LocalMachine, namespaces } from './local-machine.ts';
import { metInTime } from './met-in-time.ts';
import { ownCgroup } from './owner.ts';

const init = path.join(import.meta.dirname, 'init.sh');

/** Milliseconds for PID 1 to come up: some 300 ms were measured with an idle CPU, 2 s with four cells on two cores. */
const bootLimit = 60_000;

/** Milliseconds for PID 1 to end when it is asked, and again when it is killed. */
const endLimit = 10_000;

/** A cell on this kernel. */
export interface LocalCell extends Machine {
  /** Its root directory as seen from the host. */
  readonly root: string;
}

let cellsMade = 0;

/**
 * Makes a cell on this kernel: namespaces of its own, pivoted into the build's userland. It ends with this process,
 * however that ends (init.sh says why).
 */
export async function openLocalMachine(build: DockerBuild, budget: Budget): Promise<LocalCell> {
  const layout = await readCgroupLayout();
  const description = await describeHost();
  const cgroups = await makeCgroupTree(layout, ownCgroup('cell', ++cellsMade), budget.memoryBytes);
  const join = (directories: readonly string[]) => ['sh', joinCgroups, directories.join(':')];
  const others = namespaces.filter((name) => name !== '--cgroup');
  const unshare = ['unshare', ...others, '--fork', '--kill-child=KILL', '--propagation', 'private'];
  // It is the parent of PID 1, too, that must not stay in the root: cgroup v2 lets none have both processes and controllers below.
  const joined = [...join(cgroups.roots), 'unshare', '--cgroup', ...join(cgroups.members)];
  const [program, ...words] = [...joined, ...unshare, 'sh', init];
  const outer = spawn(program, words, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...hostEnvironment(),
      USERLAND: build.userland.root,
      DISK: `${budget.diskBytes}`,
      BINDS: build.mounts.map(({ source, target }) => `${source} ${target}`).join('\n'),
      CGROUPS: layout.hierarchies.map(({ controllers, mountPoint }) => `${controllers} ${mountPoint}`).join('\n'),
    },
  });
  let output = '';
  outer.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  outer.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  // A cell that is killed from outside must not end the harness with an EPIPE.
  outer.stdin.on('error', () => {});
  try {
    const ready = () => /^ready$/m.test(output);
    if (!(await metInTime(ready, () => outer.exitCode !== null || outer.signalCode !== null, bootLimit))) {
      throw new LabError({
        doing: `making a local cell in the userland ${build.userland.name}`,
        expected: `PID 1 says "ready" within ${bootLimit / 1000} s`,
        happened: outer.exitCode === null ? 'it said nothing' : `it ended with exit code ${outer.exitCode}`,
        evidence: lastLines(output, 10),
        hint: doctorHint,
      });
    }
    const pid1 = await onlyChild(outer.pid ?? 0);
    const [sh = 'sh', nsenter = 'nsenter'] = await Promise.all(['sh', 'nsenter'].map(findTool));
    return new LocalMachine({
      description,
      build,
      pid1,
      cgroups,
      programs: { sh, nsenter },
      end: () => end(outer, cgroups),
    });
  } catch (error) {
    await end(outer, cgroups);
    throw error;
  }
}

/** Asks PID 1 to end by closing its input (init.sh), and kills it if it does not. */
async function end(outer: ChildProcess, cgroups: CgroupTree): Promise<void> {
  const isOver = () => outer.exitCode !== null || outer.signalCode !== null;
  outer.stdin?.end();
  if (!(await metInTime(isOver, () => false, endLimit))) {
    outer.kill('SIGKILL');
    await metInTime(isOver, () => false, endLimit);
  }
  await cgroups.remove();
}

/** The host's pid of a cell's PID 1: the one child of the `unshare` that made it. */
async function onlyChild(parent: number): Promise<number> {
  const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8');
  return Number(children.trim().split(' ')[0]);
}
