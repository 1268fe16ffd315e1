import path from 'node:path';
import { dindImageOf } from '../../vms/dind-images.ts';
import { dockerNames } from '../../vms/docker-builds.ts';
import { fetchDockerBuild } from '../fetch/docker-build.ts';
import type { DockerBuild } from '../../vms/build.ts';
import { label } from '../../vms/replica/label.ts';
import { replicaBuild } from '../daemons/replica/build.ts';
import { fixes as known, isFix, type Fix } from '../../vms/replica/fixes.ts';
import { UsageError } from '../core/errors.ts';
import type { Missing, Supply } from './equipment.ts';
import { once, orMissing, type Source } from './source.ts';

/** The replacement for 1.13.1 where the real one is not available; the build is called by its whole label. */
const replicaName = 'replica';

/**
 * The levels that `--daemon` or the defaults ask for. What the user brings is looked at now, since only its binaries
 * find its name; a build of the catalogue is fetched when a cell needs it.
 *
 * @throws {UsageError} for a name that is neither known nor a file.
 * @throws {LabError} when the user's own build cannot be used.
 */
export async function daemonLevels(specs: readonly string[], source: Source): Promise<Supply<DockerBuild>[]> {
  const levels: Supply<DockerBuild>[] = [];
  for (const spec of new Set(specs)) {
    // A path is never taken for a name: `./1.13.1` is a directory, `1.13.1` the pinned build.
    const fixes = fixesOf(spec);
    if (dockerNames.includes(spec) || fixes || dindImageOf(spec)) {
      const name = fixes ? [label, ...fixes].join('+') : spec;
      levels.push({
        name,
        catalogued: spec,
        fetch: once(() => orMissing(spec, source, () => fetchNamed(spec, source))),
      });
      continue;
    }
    const build = await fetchNamed(spec, source);
    const taken = levels.some(({ name }) => name === build.name);
    // Two builds of one version, e.g. one with a fix and one without.
    const name = taken ? `${build.name}@${path.basename(spec)}` : build.name;
    levels.push({ name, fetch: () => Promise.resolve({ ...build, name }) });
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

function fetchNamed(spec: string, source: Source): Promise<DockerBuild> {
  const fixes = fixesOf(spec);
  const image = dindImageOf(spec);
  return source.watched(spec, async (fetching) => {
    if (fixes) return replicaBuild(fetching, { fixes });
    if (!image) return fetchDockerBuild(spec, fetching);
    const { fetchDindBuild } = await import('../machines/container/dind-build.ts');
    return fetchDindBuild(image, fetching);
  });
}

/** Gets any build of the catalogue by its name, each once. */
export function companions(source: Source): (name: string) => Promise<DockerBuild | Missing> {
  const asked = new Map<string, Promise<DockerBuild | Missing>>();
  return (name) => {
    const build = asked.get(name) ?? orMissing(name, source, () => fetchNamed(name, source));
    asked.set(name, build);
    return build;
  };
}
