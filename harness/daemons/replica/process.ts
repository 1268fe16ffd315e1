import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { makeCgroups } from './cgroup.ts';

/** Where shims leave exit codes; gone after a boot, as the processes are. */
export const shimRoot = '/var/run/docker/replica';

const script = (name: string) => path.join(import.meta.dirname, name);

/** Options of a container's process. */
export interface ProcessPlan {
  id: string;
  netns: string;
  /** Directory of the container's own layer. */
  root: string;
  /** Directory of the image's layer. */
  image: string;
  hostname: string;
  workdir: string;
  /** `KEY=value`. */
  environment: readonly string[];
  /** The program with its path in the container, and its arguments. */
  command: readonly string[];
  stdout: string;
  stderr: string;
}

/**
 * Starts a container's process in namespaces of its own, behind a shim that outlives this daemon as docker's do.
 *
 * @returns its pid.
 * @throws {Error} when it could not be set up.
 */
export async function startProcess(plan: ProcessPlan): Promise<number> {
  for (const name of ['diff', 'work', 'merged']) mkdirSync(path.join(plan.root, name), { recursive: true });
  const shim = path.join(shimRoot, plan.id);
  rmSync(shim, { recursive: true, force: true });
  mkdirSync(shim, { recursive: true });
  const outputs = [openSync(plan.stdout, 'a'), openSync(plan.stderr, 'a')] as const;
  const namespaces = [`--net=${plan.netns}`, '/usr/bin/unshare', '--pid'];
  const setup = [plan.root, plan.image, plan.hostname, plan.workdir, makeCgroups(plan.id).join(' ')];
  const shell = ['busybox', 'sh', script('shim.sh'), shim, script('container.sh')];
  const child = spawn('nsenter', [...namespaces, ...shell, ...setup, ...plan.environment, ...plan.command], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', ...outputs, 'pipe'],
  });
  child.unref();
  const ended = once(child, 'exit');
  for (const output of outputs) closeSync(output);
  const [, , , channel] = child.stdio;
  const told = channel instanceof Readable ? await text(channel) : '';
  const pid = Number(/^pid (\d+)$/m.exec(told)?.[1]);
  if (!/^ready$/m.test(told) || !pid) {
    await ended;
    const why = told.replace(/^pid \d+\n/m, '').trim();
    throw new Error(`oci runtime error: starting container process caused "${why}"`);
  }
  return pid;
}

/** When a process started, in clock ticks since boot: with its pid it names one process; undefined when it is gone. */
export function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/**
 * Signals a process; does nothing when it is gone.
 *
 * @param startTime by which it is known, see {@link startTimeOf}
 * @param number of the signal
 */
export function signalProcess(
  pid: number,
  startTime: string,
  number: number,
  send = (to: number, signal: number) => process.kill(to, signal),
): void {
  if (startTimeOf(pid) !== startTime) return;
  try {
    send(pid, number);
  } catch (error) {
    // Its shim, not this process, is its parent: it ends and is reaped between the two calls (7 of 400, measured).
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
