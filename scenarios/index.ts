import type { Scenario } from '../harness/scenario.ts';
import { collectorStall } from './collector-stall.ts';
import { remedies } from './remedies.ts';
import { statsLeak } from './stats-leak.ts';
import { netnsRestore } from './netns-restore.ts';

/** Every claim of the lab. */
export const scenarios: readonly Scenario[] = [netnsRestore, statsLeak, collectorStall, remedies];
