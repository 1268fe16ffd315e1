import type { Scenario } from '../harness/run/scenario.ts';
import type { PlanRecord, RunRecord } from '../harness/store/schema.ts';
import { abandonedCalls } from './abandoned-calls/scenario.ts';
import { bootParameter } from './boot-parameter/scenario.ts';
import { collectorStall } from './collector-stall/scenario.ts';
import { containerChurn } from './container-churn/scenario.ts';
import { controlScenarioOf } from './controls/controls.ts';
import { execChurn } from './exec-churn/scenario.ts';
import { diagnosisKernel } from './diagnosis-kernel/scenario.ts';
import { diagnosis } from './diagnosis/scenario.ts';
import { kmemSlab } from './kmem-slab/scenario.ts';
import { remedies } from './remedies/scenario.ts';
import { soak } from './soak/scenario.ts';
import { statsLeak } from './stats-leak/scenario.ts';
import { memcgIds } from './memcg-ids/scenario.ts';
import { mountBusy } from './mount-busy/scenario.ts';
import { netnsRestore } from './netns-restore/scenario.ts';

/** Every claim of the lab. */
export const scenarios: readonly Scenario[] = [
  netnsRestore,
  statsLeak,
  collectorStall,
  soak,
  abandonedCalls,
  execChurn,
  remedies,
  kmemSlab,
  containerChurn,
  bootParameter,
  memcgIds,
  mountBusy,
  diagnosis,
  diagnosisKernel,
];

/** The scenario that a cell of a stored run belongs to, which judges it; undefined when this version of the lab has none of that name. */
export function scenarioOfCell(
  run: Pick<RunRecord, 'scenario'>,
  { scenario, cell }: PlanRecord,
  known: readonly Scenario[] = scenarios,
): Scenario | undefined {
  const wanted = scenario ?? controlScenarioOf(cell) ?? run.scenario;
  return known.find(({ name }) => name === wanted);
}

/** The evidence that a cell of a stored run declares; undefined as for {@link scenarioOfCell}. */
export function declaredOf(run: Pick<RunRecord, 'scenario'>, plan: PlanRecord): Scenario['observations'] | undefined {
  return scenarioOfCell(run, plan)?.observations;
}
