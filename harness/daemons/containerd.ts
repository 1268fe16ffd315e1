import { readFile } from 'node:fs/promises';
import type { DockerBuild } from '../../vms/build.ts';
import { LabError, lastLines } from '../core/errors.ts';
import { shellCommand } from '../core/shell-command.ts';
import { limitOn } from '../machine/limit-on.ts';
import { poll } from '../machine/poll.ts';
import type { Machine, Running } from '../machine/contract.ts';
import { runsUnits } from '../machine/units.ts';

/** containerd's own default, to which docker's packages point dockerd since 18.09 (`ExecStart=… --containerd=` of docker.service). */
const socket = '/run/containerd/containerd.sock';

/**
 * The place of its data on the file system of docker's, where the containerd that dockerd starts has it, too. In the local cell its own
 * default, /var/lib/containerd, is on an overlay, and its snapshotter refuses an overlay below another.
 */
const root = '/var/lib/docker/containerd/daemon';

/** Seconds, on a host, until a containerd must listen: 0.07 to 0.9 s were measured over 106 cells on two busy cores. dockerd waits for its answers by itself. */
const startLimit = 60;

/** A containerd with a unit of its own, in the mount namespace of the host. */
export interface Containerd {
  /** Process id inside the machine. */
  readonly pid: number;
  /** The command as it was started. */
  readonly command: string;
  /** Path of its socket in the machine. */
  readonly socket: string;
  /** File of the host to which its output is appended. */
  readonly log: string;
}

/**
 * Starts a containerd as `containerd.service` of docker's packages does, without `MountFlags`, and waits until it listens. It
 * lives on when dockerd is restarted, and ends with the machine.
 *
 * @param log file of the host to which its output is appended
 * @throws {LabError} with the end of its log when it dies or does not listen in time.
 */
export async function startContainerd(machine: Machine, build: DockerBuild, log: string): Promise<Containerd> {
  const command = ['containerd', '--root', root, '--address', socket];
  // One that was killed leaves its socket on a machine that is used again.
  await machine.run(['busybox', 'rm', '-f', socket]);
  const process = runsUnits(machine)
    ? await machine.startUnit(command, { mountFlags: 'unset', log })
    : await machine.start(command, { log });
  const limit = limitOn(machine, startLimit);
  const look = async () => ({
    hasExited: process.hasExited,
    listens: (await machine.run(['busybox', 'test', '-S', socket])).exitCode === 0,
  });
  const { seen } = await poll(look, ({ hasExited, listens }) => hasExited || listens, { seconds: limit });
  if (seen.listens && !seen.hasExited) return { pid: process.pid, command: shellCommand(command), socket, log };
  if (!seen.hasExited) await process.kill('SIGKILL');
  throw new LabError({
    doing: `starting the containerd of docker ${build.version} as a unit`,
    expected: `it listens on ${socket}`,
    happened: seen.hasExited ? await endingOf(process) : `it does not listen after ${limit} s`,
    evidence: `$ ${shellCommand(command)}\n${await lastOf(log)}`,
    hint: 'the whole log is in the run directory; without --only containerd=unit dockerd starts its own',
  });
}

/** The last lines of a containerd's log, for a failure of its dockerd. */
export async function lastOf(log: string): Promise<string> {
  return lastLines(await readFile(log, 'utf8'), 12);
}

async function endingOf(process: Running): Promise<string> {
  const { exitCode, signal } = await process.exited;
  return exitCode === undefined ? `it ended by ${signal ?? 'a signal'}` : `it ended with exit code ${exitCode}`;
}
