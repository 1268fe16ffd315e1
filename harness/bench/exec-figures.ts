import type { Fetching } from '../../vms/build.ts';
import { importImage } from '../daemons/containers.ts';
import { startDockerd } from '../daemons/dockerd.ts';
import { fetchDockerBuild } from '../fetch/docker-build.ts';
import type { Machine } from '../machine/contract.ts';
import { daemonBudget } from '../machine/contract.ts';
import { openLocalMachine } from '../machines/local/local.ts';
import { readOutput } from '../probes/probe.ts';
import { openExecs } from '../workloads/exec-work.ts';
import { openHealthChecks } from '../workloads/health-checks.ts';

/** Milliseconds of one exec of a program that ends at once, in one round, by each way to start it. */
interface ExecRound {
  /** By the Engine API, as `docker exec` does: created, started, inspected. */
  docker: number;
  /** A health check with the shortest interval, with the pause of 1 ms before it. */
  healthCheck: number;
  /** `runc exec` alone: what dockerd, containerd and the shim come down to. */
  runc: number;
  /** `nsenter` into the namespaces of the container: neither cgroups nor capabilities. */
  nsenter: number;
}

/** The cost of execs on one docker. */
export interface ExecFigures {
  rounds: ExecRound[];
}

/** Execs of a round, by each way. */
const perRound = 40;

/** Rounds of all ways, in turn: a host that is busy for a while is so for all of them. */
const rounds = 5;

/** Where the runc of dockers since 17.12 keeps the state of containers. */
const runcRoot = '/var/run/docker/runtime-runc/moby';

/** Measures execs one after the other, by each way in turn, in a local cell. */
export async function measureExecs(daemonName: string, fetching: Fetching): Promise<ExecFigures> {
  const build = await fetchDockerBuild(daemonName, fetching);
  await using machine = await openLocalMachine(build, daemonBudget);
  const daemon = await startDockerd(machine, build, {
    systemd: '252',
    mountFlags: 'unset',
    liveRestore: false,
    log: '/dev/null',
  });
  await importImage(machine, daemon.engine);
  await using execs = await openExecs(machine, daemon);
  const subject = await daemon.engine.getContainer('subject').inspect();
  await daemon.engine.getContainer(subject.Id).rename({ name: 'execs' });
  await using checks = await openHealthChecks(machine, daemon);
  const runc = ['runc', '--root', runcRoot, 'exec', subject.Id, '/bin/true'];
  const nsenter = ['nsenter', `--target=${subject.State.Pid}`, '--mount', '--pid', '--net', '--uts', '--ipc'];
  const ways: Readonly<Record<keyof ExecRound, () => Promise<void>>> = {
    docker: () => execs.apply(perRound),
    healthCheck: () => checks.apply(perRound),
    runc: () => repeat(machine, runc),
    nsenter: () => repeat(machine, [...nsenter, '--wd=/', '/bin/true']),
  };
  // The first ones start threads, and read files that are in no cache yet.
  for (const way of Object.values(ways)) await way();
  const measured: ExecRound[] = [];
  for (let round = 0; round < rounds; round++) {
    measured.push({
      docker: await millisecondsEach(ways.docker),
      healthCheck: await millisecondsEach(ways.healthCheck),
      runc: await millisecondsEach(ways.runc),
      nsenter: await millisecondsEach(ways.nsenter),
    });
  }
  const { failures } = execs.tally();
  if (Object.keys(failures).length > 0) throw new Error(`execs failed: ${JSON.stringify(failures)}`);
  return { rounds: measured };
}

/** The medians, and the bounds: what `runc exec` takes of them. */
export function describeExecs({ rounds: all }: ExecFigures): string {
  const median = (way: keyof ExecRound) =>
    all.map((round) => round[way]).toSorted((a, b) => a - b)[all.length >> 1] ?? Number.NaN;
  const show = (way: keyof ExecRound) => `${median(way).toFixed(1)} ms`;
  const ratio = (way: keyof ExecRound, to: keyof ExecRound) => (median(way) / median(to)).toFixed(2);
  return [
    `one exec, medians of ${all.length} rounds of ${perRound}:`,
    `  docker exec: ${show('docker')}; a health check: ${show('healthCheck')}; runc exec: ${show('runc')}; nsenter: ${show('nsenter')}`,
    `  docker exec / runc exec: ${ratio('docker', 'runc')}; health check / runc exec: ${ratio('healthCheck', 'runc')}; runc exec / nsenter: ${ratio('runc', 'nsenter')}`,
  ].join('\n');
}

/** Runs a command as often as a round has execs, by one shell of the machine. */
async function repeat(machine: Machine, command: readonly string[]): Promise<void> {
  const script = `i=0; while [ $i -lt ${perRound} ]; do "$@" || exit 1; i=$((i+1)); done`;
  await readOutput({ machine }, 'execs', ['busybox', 'sh', '-c', script, 'sh', ...command]);
}

async function millisecondsEach(way: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await way();
  return (performance.now() - begin) / perRound;
}
