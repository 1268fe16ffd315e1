import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { LabError, lastLines } from '../../core/errors.ts';
import { shellCommand } from '../../core/shell-command.ts';
import type { Beside, BesideProgram } from '../../machine/beside.ts';
import type { Ending } from '../../machine/contract.ts';
import { doctorHint } from './host.ts';
import { metInTime } from './met-in-time.ts';

/** Enters a userland with the cell's /proc, in a mount namespace that goes with the program. */
const enterUserland = 'mount -t proc proc "$0/proc" && mount --bind /dev "$0/dev" && exec chroot "$0" "$@"';

/** Milliseconds for a program to be started: some 20 ms were measured. */
const startLimit = 60_000;

/** Options of a program of the host that runs in a cell. */
export interface Entrance {
  /** The prefix of its command: it enters the cell's cgroups, and its namespaces but that of mounts. */
  command: readonly string[];
  /** The cell's root directory as seen from the host. */
  root: string;
}

/** The root of the cell, seen from a userland that has the cell's /proc: its init is process 1 there. */
const rootFromUserland = '/proc/1/root';

/** Starts a program beside a local cell's. The host's mounts stay in its sight, and its files with them. */
export async function startBesideCell({ command, root }: Entrance, program: BesideProgram): Promise<Beside> {
  const { userland } = program;
  const inUserland =
    userland === undefined
      ? []
      : ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', enterUserland, userland];
  const words = program.words((path) => (userland === undefined ? root : rootFromUserland) + path);
  const [first = '', ...rest] = [...command, ...inUserland, ...words];
  const child = spawn(first, rest, { stdio: ['pipe', 'pipe', 'pipe'] });
  // That it reads no more is its right.
  child.stdin.on('error', () => {});
  // Node drops unread output of a program that has ended.
  const [stdout, stderr] = [child.stdout.pipe(new PassThrough()), child.stderr.pipe(new PassThrough())];
  const exited = new Promise<Ending>((resolve) => {
    child.once('close', (exitCode, signal) =>
      resolve({ ...(exitCode !== null && { exitCode }), ...(signal !== null && { signal }) }),
    );
  });
  await once(child, 'spawn');
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  let entered: { host: number; cell: number } | undefined;
  const runs = async () => (entered = await enteredBy(child.pid ?? 0)) !== undefined;
  if (!(await metInTime(runs, hasEnded, startLimit)) || !entered) {
    child.kill('SIGKILL');
    const said = (await Promise.all([text(stderr), exited]))[0];
    throw new LabError({
      doing: `starting ${shellCommand(words)} beside a local cell`,
      expected: 'it runs in the namespaces of the cell',
      happened: child.exitCode === null ? 'it does not come up' : `exit code ${child.exitCode} before it ran`,
      evidence: lastLines(said, 10),
      hint: doctorHint,
    });
  }
  const { host, cell } = entered;
  return {
    pid: cell,
    stdin: child.stdin,
    stdout,
    stderr,
    exited,
    kill() {
      if (hasEnded()) return;
      try {
        // Not nsenter, which waits for it and ends as it does.
        process.kill(host, 'SIGKILL');
      } catch (error) {
        // It has ended by itself just now, and nsenter has not reported it yet.
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
      }
    },
  };
}

/** The process that nsenter has forked into the PID namespace: its number on the host, and, the last of NSpid, there. */
async function enteredBy(nsenter: number): Promise<{ host: number; cell: number } | undefined> {
  try {
    const children = await readFile(`/proc/${nsenter}/task/${nsenter}/children`, 'utf8');
    const host = Number(children.trim().split(' ')[0]);
    if (!(host > 0)) return undefined;
    const cell = Number(/^NSpid:.*\s(\d+)$/m.exec(await readFile(`/proc/${host}/status`, 'utf8'))?.[1]);
    return { host, cell };
  } catch {
    // It is not there yet, or no more.
    return undefined;
  }
}
