import type { Scenario } from '../harness/run/scenario.ts';
import { bootParameter } from './boot-parameter/scenario.ts';
import { collectorStall } from './collector-stall/scenario.ts';
import { containerChurn } from './container-churn/scenario.ts';
import { kmemSlab } from './kmem-slab/scenario.ts';
import { remedies } from './remedies/scenario.ts';
import { statsLeak } from './stats-leak/scenario.ts';
import { memcgIds } from './memcg-ids/scenario.ts';
import { mountBusy } from './mount-busy/scenario.ts';
import { netnsRestore } from './netns-restore/scenario.ts';

/** Every claim of the lab. */
export const scenarios: readonly Scenario[] = [
  netnsRestore,
  statsLeak,
  collectorStall,
  remedies,
  kmemSlab,
  containerChurn,
  bootParameter,
  memcgIds,
  mountBusy,
];
