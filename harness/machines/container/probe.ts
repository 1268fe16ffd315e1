import type { Fetching } from '../../../vms/build.ts';
import { LabError, messageOf } from '../../core/errors.ts';
import { runProgram } from '../agent/program.ts';
import type { Engine } from './engine.ts';
import { makeImage } from './image.ts';
import { openContainer } from './open-container.ts';

/** The capabilities of an engine's privileged containers. */
export interface Privileges {
  /** A requirement of docker that is not met in one, as a sentence. */
  lacks?: string;
  /** Whether it can lower OOM scores; where it cannot, only a few dockers can be tried. */
  lowersOomScores: boolean;
}

/** The operations that a cell needs, one per line: a name, and the command that tries it. */
const needs: readonly (readonly [string, string])[] = [
  ['mount file systems', 'mount -t tmpfs tmpfs /run/lab'],
  ['make overlays', 'cd /var/lib/docker && mkdir l u w o && mount -t overlay -o lowerdir=l,upperdir=u,workdir=w o o'],
  ['make namespaces', 'unshare -m -n -p -u -i -f true'],
  [
    'make cgroups',
    'for at in /sys/fs/cgroup /sys/fs/cgroup/memory; do [ ! -e $at/cgroup.procs ] || mkdir $at/probe; done',
  ],
];

/** The smallest budget in which the probe fits. */
const budget = { memoryBytes: 64 << 20, diskBytes: 16 << 20 };

/**
 * Runs a privileged container that tries what a docker in it needs.
 *
 * @throws {LabError} when it cannot be tried, e.g. since no image could be made
 */
export async function probePrivileges({ docker }: Engine, fetching: Fetching): Promise<Privileges> {
  const image = await makeImage(docker, undefined, fetching);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => docker.getImage(image).remove());
  let container;
  try {
    container = undo.use(await openContainer({ docker, image, budget }));
  } catch (error) {
    const { happened, evidence = '' } = error instanceof LabError ? error.failure : { happened: messageOf(error) };
    return { lacks: `they do not start: ${[happened, evidence].filter(Boolean).join('; ')}`, lowersOomScores: false };
  }
  for (const [what, command] of needs) {
    const { exitCode, stderr } = await runProgram(container.channel, ['/lab/busybox', 'sh', '-ec', command]);
    if (exitCode !== 0) return { lacks: `they cannot ${what}: $ ${command}: ${stderr}`, lowersOomScores: false };
  }
  const lower = await runProgram(container.channel, ['/lab/busybox', 'sh', '-ec', 'echo -1 >/proc/self/oom_score_adj']);
  return { lowersOomScores: lower.exitCode === 0 };
}
