import { readOutput, type Target } from './probe.ts';

/** The processes that run containers for dockerd. */
export interface RuntimeProcesses {
  /** Absent where none runs. */
  containerd?: number;
  /** One for each container that runs, and for each that is only created in some releases. */
  shims: number[];
}

/** The programs of containerd and its shims, as dockers from 1.12 to 29 call them. */
const programs = /\/(?:docker-)?containerd(?<shim>-shim(?:-runc-v[12])?)?(?: \(deleted\))?$/;

/** A process may end while it is listed, and a kernel thread has no program: only the list itself has to be there. */
const script = 'busybox ls -l /proc/[0-9]*/exe 2>/dev/null; busybox test -d /proc/self';

/**
 * Finds containerd and the shims of the machine by their programs. It asks the kernel each time: dockerd may have replaced its containerd. Where
 * several run, as on a box that has one of its own, the child of dockerd is taken.
 *
 * @throws {Error} when several containerds run, and not one of them is dockerd's child
 */
export async function findRuntime(target: Pick<Target, 'machine' | 'daemon'>): Promise<RuntimeProcesses> {
  const found = runtimeIn(await readOutput(target, 'containerd and its shims', ['busybox', 'sh', '-c', script]));
  const { containerds, shims } = found;
  const [containerd] = containerds.length > 1 ? [await childOf(target, containerds)] : containerds;
  return { ...(containerd !== undefined && { containerd }), shims };
}

/** Reads the lines of `ls -l /proc/PID/exe`. */
export function runtimeIn(listing: string): { containerds: number[]; shims: number[] } {
  const containerds: number[] = [];
  const shims: number[] = [];
  for (const line of listing.split('\n')) {
    const [, pid, program = ''] = /\/proc\/(\d+)\/exe -> (.*)$/.exec(line) ?? [];
    const found = programs.exec(program);
    if (pid === undefined || !found) continue;
    if (found.groups?.['shim'] === undefined) containerds.push(Number(pid));
    else shims.push(Number(pid));
  }
  return { containerds, shims };
}

/** That of some processes whose parent is dockerd. */
async function childOf(
  { machine, daemon }: Pick<Target, 'machine' | 'daemon'>,
  pids: readonly number[],
): Promise<number> {
  const files = pids.map((pid) => `/proc/${pid}/status`);
  // One that has ended has no parent: busybox says so, and goes on.
  const command = ['busybox', 'grep', '-H', '^PPid:', ...files];
  const { stdout } = await machine.run(command);
  const children = [...stdout.matchAll(/^\/proc\/(\d+)\/status:PPid:\s+(\d+)$/gm)]
    .filter(([, , parent]) => Number(parent) === daemon.pid)
    .map(([, pid]) => Number(pid));
  const [child, second] = children;
  if (child !== undefined && second === undefined) return child;
  throw new Error(
    `reading containerd: ${pids.length} of them run (${pids.join(', ')}), of which ${children.length} are children of dockerd, process ${daemon.pid}`,
  );
}
