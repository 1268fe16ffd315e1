import path from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { DockerBuild } from '../../vms/build.ts';
import { LabError, messageOf, NotApplicableError } from '../core/errors.ts';
import { limitOn } from '../machine/limit-on.ts';
import { poll } from '../machine/poll.ts';
import type { Machine, Running } from '../machine/contract.ts';
import { runsUnits } from '../machine/units.ts';
import { shellCommand } from '../core/shell-command.ts';
import { type Containerd, lastOf } from './containerd.ts';
import { keepDockerFacts } from './docker-facts.ts';
import { get, openEngine } from './engine.ts';
import { asUnit, eraOfVersion, losesMounts, type MountFlags } from '../core/mount-flags.ts';
import { isBefore } from '../core/version.ts';
import { typedCommand } from '../core/typed-command.ts';

/** Below `/run/lab`, which only root may enter, so that there is no moment in which others reach the socket. */
const socket = '/run/lab/docker.sock';

/** Seconds until a dockerd must answer; up to 5 s were measured with six cells on two cores. */
const defaultStartLimit = 60;

/** Where dockerd has its settings by default. */
const configFile = '/etc/docker/daemon.json';

/** systemd's DefaultTimeoutStopSec: after it a unit gets SIGKILL (systemd-system.conf(5)). */
const stopLimit = 90;

/** Seconds from SIGKILL until the end is given up. */
const killLimit = 10;

/** Options to run dockerd as a unit would. */
export interface DockerdOptions {
  systemd: string;
  mountFlags: MountFlags;
  liveRestore: boolean;
  /** A containerd with a unit of its own; dockerd starts one when it is left out. */
  containerd?: Containerd;
  /** Switches of `features` in daemon.json; none when it is left out. */
  features?: Readonly<Record<string, boolean>>;
  /** File of the host to which the daemon's output is appended. */
  log: string;
  /** Seconds, on a host. */
  startLimit?: number;
  /** A directory of the machine that is the daemon's root, with its build in it; see upgrade.ts. */
  root?: string;
}

/** A dockerd that answers. */
export interface Dockerd {
  /** Process id inside the machine. */
  readonly pid: number;
  /** The command as it was started. */
  readonly command: string;
  readonly engine: Docker;
  /** Path of its socket in the machine. */
  readonly socket: string;
  /** Opens a stream of its own to the daemon's socket. */
  connect: () => Duplex;
  /** Stops it as `systemctl stop` does with `KillMode=process`, as docker's units have it. */
  stop: () => Promise<{ seconds: number; signal: 'SIGTERM' | 'SIGKILL' }>;
}

/**
 * Starts a dockerd as systemd would and waits until it answers.
 *
 * @throws {LabError} with the end of its log when it dies or does not answer in time.
 */
export async function startDockerd(machine: Machine, build: DockerBuild, options: DockerdOptions): Promise<Dockerd> {
  const flags = daemonFlags(machine, build, options);
  const plain = [...inRoot(build, options.root), 'dockerd', ...flags];
  const command = runsUnits(machine) ? plain : asUnit(options.systemd, options.mountFlags, plain);
  const limit = limitOn(machine, options.startLimit ?? defaultStartLimit);
  const doing = `starting dockerd ${build.version}`;
  if (options.features) await writeFeatures(machine, options.features);
  const process = await startProcess(machine, command, options);
  const connect = () => machine.connect(socket);
  const deadline = performance.now() + limit * 1000;
  const ping = async () => {
    // A daemon that takes the connection and never answers must not hold us either.
    const signal = AbortSignal.timeout(Math.ceil(Math.max(1, deadline - performance.now())));
    const answer = await get(connect, '/_ping', signal).then(
      ({ statusCode }) => ({ isUp: statusCode === 200, said: `status ${statusCode}` }),
      (error: unknown) => ({ isUp: false, said: messageOf(error) }),
    );
    return { ...answer, hasExited: process.hasExited };
  };
  const isDecided = ({ isUp, hasExited }: Awaited<ReturnType<typeof ping>>) => isUp || hasExited;
  const { seen } = await poll(ping, isDecided, { seconds: limit, interval: 20 });
  if (!seen.isUp) {
    if (seen.hasExited) throw await startFailure(doing, 'it ended', command, process, options);
    await process.kill('SIGKILL');
    throw await startFailure(doing, `no answer within ${limit} s (${seen.said})`, command, process, options);
  }
  await machine.run(['busybox', 'chmod', '600', socket]);
  await keepDockerFacts(connect, options.log);
  return {
    pid: process.pid,
    command: shellCommand(command),
    engine: openEngine(connect),
    socket,
    connect,
    stop: () => stopDockerd(machine, process, `stopping dockerd ${build.version}`),
  };
}

/**
 * A machine with a systemd of its own applies `MountFlags` itself.
 *
 * @throws {NotApplicableError} where it does something else with them than the version that is asked for
 */
function startProcess(
  machine: Machine,
  command: string[],
  { systemd, mountFlags, log }: DockerdOptions,
): Promise<Running> {
  if (!runsUnits(machine)) return machine.start(command, { log });
  const own = eraOfVersion(machine.systemd).version;
  if (losesMounts(own, mountFlags) !== losesMounts(systemd, mountFlags)) {
    throw new NotApplicableError({
      doing: `starting dockerd as a unit with MountFlags=${mountFlags}`,
      expected: `the mounts of the unit behave as with systemd ${systemd}`,
      happened: `the machine has systemd ${machine.systemd}, which handles MountFlags differently`,
      hint: 'take another box with --kernel',
    });
  }
  return machine.startUnit(command, { mountFlags, log });
}

/** The few flags that a cell needs; they are the same from 1.12 to 28, and so are the default directories. */
function daemonFlags(
  machine: Machine,
  build: DockerBuild,
  { liveRestore, containerd, features }: DockerdOptions,
): string[] {
  const flags = ['--debug', '--host', `unix://${socket}`, '--pidfile', '/run/docker.pid'];
  if (liveRestore) flags.push('--live-restore');
  if (containerd) flags.push(`--containerd=${containerd.socket}`);
  if (features) flags.push('--config-file', configFile);
  // 1.12 does not start when it may not lower its OOM score; later ones log it and go on.
  const mayNotLower = machine.description.limits.includes('no-oom-scores');
  if (mayNotLower && isBefore(build.version, '1.13')) flags.push('--oom-score-adjust=0');
  return flags;
}

async function writeFeatures(machine: Machine, features: Readonly<Record<string, boolean>>): Promise<void> {
  await machine.run(['busybox', 'mkdir', '-p', path.posix.dirname(configFile)]);
  await machine.writeFile(configFile, JSON.stringify({ features }));
}

function inRoot(build: DockerBuild, root: string | undefined): string[] {
  return root === undefined ? [] : ['busybox', 'chroot', root, '/bin/busybox', 'env', `PATH=${build.path}`];
}

async function stopDockerd(
  machine: Machine,
  process: Running,
  doing: string,
): Promise<{ seconds: number; signal: 'SIGTERM' | 'SIGKILL' }> {
  const begin = performance.now();
  const elapsed = () => Math.round(performance.now() - begin) / 1000;
  await process.kill('SIGTERM');
  if (await endsWithin(process, limitOn(machine, stopLimit))) return { seconds: elapsed(), signal: 'SIGTERM' };
  await process.kill('SIGKILL');
  if (await endsWithin(process, limitOn(machine, killLimit))) return { seconds: elapsed(), signal: 'SIGKILL' };
  throw new LabError({
    doing,
    expected: `it ends ${limitOn(machine, killLimit)} s after SIGKILL at the latest`,
    happened: `process ${process.pid} of the cell is still there`,
    hint: 'it hangs in the kernel: the last lines of dmesg may say where; a cell in a micro VM (--machine microvm) ends all the same',
  });
}

async function endsWithin(process: Running, seconds: number): Promise<boolean> {
  const timer = new AbortController();
  const timeout = sleep(seconds * 1000, false, { signal: timer.signal }).catch(() => false);
  const ended = await Promise.race([process.exited.then(() => true), timeout]);
  timer.abort();
  return ended;
}

async function startFailure(
  doing: string,
  happened: string,
  command: string[],
  process: Running,
  { log, containerd }: DockerdOptions,
): Promise<LabError> {
  const ending = process.hasExited ? await process.exited : {};
  const how = ending.exitCode === undefined ? (ending.signal ?? '') : `with exit code ${ending.exitCode}`;
  const own = containerd ? `\n$ ${containerd.command}\n${await lastOf(containerd.log)}` : '';
  return new LabError({
    doing,
    expected: 'it answers GET /_ping',
    happened: `${happened} ${how}`.trim(),
    evidence: `$ ${shellCommand(command)}\n${await lastOf(log)}${own}`,
    hint: `the whole log is in the run directory; \`${typedCommand('lab', 'doctor')}\` checks the machine`,
  });
}
