import type { Scenario } from '../harness/scenario.ts';
import { bootParameter } from './boot-parameter.ts';
import { collectorStall } from './collector-stall.ts';
import { containerChurn } from './container-churn.ts';
import { kmemSlab } from './kmem-slab.ts';
import { remedies } from './remedies.ts';
import { statsLeak } from './stats-leak.ts';
import { memcgIds } from './memcg-ids.ts';
import { mountBusy } from './mount-busy.ts';
import { netnsRestore } from './netns-restore.ts';

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
