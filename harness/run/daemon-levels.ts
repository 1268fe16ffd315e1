import path from 'node:path';
import { dockerNames } from '../../vms/docker-builds.ts';
import { obtainDockerBuild } from '../../vms/obtain/docker-build.ts';
import type { DockerBuild, Progress } from '../../vms/build.ts';
import { label } from '../daemons/replica/label.ts';
import { replicaBuild } from '../daemons/replica/build.ts';
import { fixes as known, isFix, type Fix } from '../daemons/replica/fixes.ts';
import { messageOf, NotApplicableError, UsageError } from '../errors.ts';
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
    const fixes = fixesOf(spec);
    if (dockerNames.includes(spec) || fixes) {
      const name = fixes ? [label, ...fixes].join('+') : spec;
      levels.push({ name, obtain: once(() => obtainOrMiss(spec, source)) });
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

/** The fixes of `replica`, `replica+FIX` and so on; undefined for what is no replica. */
function fixesOf(spec: string): Fix[] | undefined {
  const [name, ...fixes] = spec.split('+');
  if (name !== replicaName) return undefined;
  const unknown = fixes.find((fix) => !isFix(fix));
  if (unknown !== undefined)
    throw new UsageError(`The replica has no fix called '${unknown}'. Known: ${Object.keys(known).join(', ')}.`);
  return fixes.filter(isFix);
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
    const fixes = fixesOf(spec);
    return await (fixes ? replicaBuild(obtaining, { fixes }) : obtainDockerBuild(spec, obtaining));
  } finally {
    view.obtained(spec);
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** How any build of the catalogue is had by its name, each once. */
export function companions(source: DaemonSource): (name: string) => Promise<DockerBuild | MissingBuild> {
  const asked = new Map<string, Promise<DockerBuild | MissingBuild>>();
  return (name) => {
    const build = asked.get(name) ?? obtainOrMiss(name, source);
    asked.set(name, build);
    return build;
  };
}
