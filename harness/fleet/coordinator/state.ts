import type { Redis } from 'ioredis';
import type { FleetTimes } from '../times.ts';
import { lacksOf, lackWords, usableMemory } from '../needs.ts';
import type { HostRecord, LabIdentity, Needs } from '../records.ts';
import type { Bucket } from '../handover/bucket.ts';
import type { FleetRun } from './fleet-run.ts';
import type { SessionQueue } from './session-queue.ts';
import type { Submission } from './submission.ts';
import type { Suspects } from './suspects.ts';

/** Tries by what became of them. */
export interface FleetCounts {
  submitted: number;
  accepted: number;
  /** Results or jobs that were lost, and are tried again. */
  lost: number;
  /** Archives of attempts that another one has overtaken. */
  notCounted: number;
  givenUp: number;
  notApplicable: number;
  /** Accepted results that were withdrawn, as their host failed its canary. */
  suspect: number;
}

/** Everything that the parts of a coordinator share. */
export interface CoordinatorState {
  redis: Redis;
  lab: LabIdentity;
  times: FleetTimes;
  /** Id of the session. */
  session: string;
  hosts: ReadonlyMap<string, HostRecord>;
  /** By name. */
  queues: Map<string, SessionQueue>;
  /** Those in Redis, by the id of their jobs. */
  queued: Map<string, Submission>;
  /** Runs of jobs that have come to their end: a late archive is kept there. */
  ended: Map<string, FleetRun>;
  runs: Set<FleetRun>;
  suspects: Suspects;
  /** Hosts that failed their canary, instances by name: what still comes from them is withdrawn, too. */
  failedHosts: Map<string, string>;
  /** Where archives are, if they are not handed over to this process. */
  bucket?: Bucket;
  counts: FleetCounts;
  say: (line: string) => void;
}

/** The hosts that can run a cell, now or after their canary. */
export function ableHosts({ hosts }: Pick<CoordinatorState, 'hosts'>, needs: Needs): HostRecord[] {
  return [...hosts.values()].filter(
    (host) => (host.state === 'ready' || host.state === 'checking') && lacksOf(host, needs).length === 0,
  );
}

/** Why each host cannot run a cell, a line each. */
export function lackLines({ hosts }: Pick<CoordinatorState, 'hosts'>, needs: Needs): string {
  return [...hosts.values()].map((host) => `  ${host.name}: ${whyNot(host, needs)}`).join('\n');
}

function whyNot(host: HostRecord, needs: Needs): string {
  const lacks = lacksOf(host, needs);
  if (lacks.length > 0) return lacks.map((lack) => lackWords(lack)).join('; ');
  return host.state === 'failed' ? 'it failed its canary' : 'it is being drained';
}

/** Cells of one size (bytes of memory) that run at once, on all hosts together. */
export function placesFor(state: Pick<CoordinatorState, 'hosts'>, needs: Needs): number {
  return ableHosts(state, needs)
    .map(({ cpus, memoryBytes }) =>
      Math.min(cpus * cellsPerCpu, Math.floor((memoryBytes * usableMemory) / needs.memoryBytes)),
    )
    .reduce((sum, places) => sum + Math.max(1, places), 0);
}

/** As local cells have it (machines/local/jobs.ts): they wait for dockerd most of their time. */
const cellsPerCpu = 3;
