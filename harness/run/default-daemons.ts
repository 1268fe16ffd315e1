import { defaultDaemons } from '../fetch/known-builds.ts';
import { anyOriginAnswers } from '../fetch/origin-answers.ts';
import { staticDockers } from '../../vms/docker-builds.ts';
import type { Scenario } from './scenario.ts';

/** The build from which the reports came. */
const reported = '1.13.1';

/** The daemons of a run whose user named none, and a sentence about what is missing among them. */
export interface DefaultDaemons {
  specs: readonly string[];
  note?: string;
}

/**
 * A scenario's own daemons, or those of every run: 1.13.1 where the cache has it, or where the scenario can take a stand-in and an origin
 * answers; else the replica, for such a scenario.
 */
export async function defaultsOf(
  { defaults, standIn, needs = ['daemon'] }: Scenario,
  cache: string,
  signal: AbortSignal,
): Promise<DefaultDaemons> {
  if (!needs.includes('daemon')) return { specs: [] };
  if (defaults?.daemon) return { specs: defaults.daemon };
  const specs = await defaultDaemons(cache);
  if (specs.includes(reported)) return { specs };
  if (!standIn) return { specs, note: `${missing}: it is left out; ${howToHaveIt}` };
  const docker = staticDockers.find(({ name }) => name === reported);
  if (docker && (await anyOriginAnswers(docker, signal))) return { specs: [reported, ...specs] };
  return {
    specs: ['replica', ...specs],
    note: `${missing}, and none of its origins answers: the replica stands in for it; ${howToHaveIt}`,
  };
}

const missing = 'docker 1.13.1, from which the reports came, is not in the cache';
const howToHaveIt = 'bring it with --daemon DIR or --daemon FILE.tgz, or try --daemon 1.13.1, which downloads it.';
