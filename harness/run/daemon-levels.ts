import path from 'node:path';
import { dockerNames } from '../../vms/docker-builds.ts';
import { obtainDockerBuild } from '../../vms/obtain/docker-build.ts';
import type { DockerBuild, Progress } from '../../vms/build.ts';
import { label } from '../daemons/replica/label.ts';
import { replicaBuild } from '../daemons/replica/build.ts';
import { messageOf, NotApplicableError } from '../errors.ts';
import type { MissingBuild } from './run-scenario.ts';

/** What stands in for 1.13.1 where the real one can't be had; the build is called by its whole label. */
const replicaName = 'replica';

/** A level of the factor `daemon`, and how its build is had. */
export interface DaemonLevel {
  name: string;
  obtain: () => Promise<DockerBuild | MissingBuild>;
}

/** Where builds come from, and who watches. */
export interface DaemonSource {
  cache: string;
  obtaining: (name: string, progress: Progress) => void;
  obtained: (name: string) => void;
  signal: AbortSignal;
}

/**
 * The levels that `--daemon` or the defaults ask for. What the user brings is looked at now, since only its binaries
 * say what it is called; what the catalogue has is obtained when a cell needs it.
 *
 * @throws {UsageError} for a name that is neither known nor a file.
 * @throws {LabError} when what the user brought can't be used.
 */
export async function daemonLevels(specs: readonly string[], source: DaemonSource): Promise<DaemonLevel[]> {
  const levels: DaemonLevel[] = [];
  for (const spec of new Set(specs)) {
    // A path is never taken for a name: `./1.13.1` is a directory, `1.13.1` the pinned build.
    if (dockerNames.includes(spec) || spec === replicaName) {
      levels.push({ name: spec === replicaName ? label : spec, obtain: once(() => obtainOrMiss(spec, source)) });
      continue;
    }
    const build = await obtain(spec, source);
    const taken = levels.some(({ name }) => name === build.name);
    // Two builds of one version, e.g. one with a fix and one without.
    const name = taken ? `${build.name}@${path.basename(spec)}` : build.name;
    levels.push({ name, obtain: () => Promise.resolve({ ...build, name }) });
  }
  return levels;
}

async function obtainOrMiss(spec: string, source: DaemonSource): Promise<DockerBuild | MissingBuild> {
  try {
    return await obtain(spec, source);
  } catch (error) {
    if (source.signal.aborted) return { outcome: 'infra-failed', failure: `obtaining ${spec}: interrupted` };
    const outcome = error instanceof NotApplicableError ? 'not-applicable' : 'infra-failed';
    return { outcome, failure: messageOf(error) };
  }
}

async function obtain(spec: string, { cache, signal, ...view }: DaemonSource): Promise<DockerBuild> {
  try {
    const obtaining = { cache, signal, progress: (step: Progress) => view.obtaining(spec, step) };
    return await (spec === replicaName ? replicaBuild(obtaining) : obtainDockerBuild(spec, obtaining));
  } finally {
    view.obtained(spec);
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
