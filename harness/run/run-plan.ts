import type { Cell } from '../core/cell.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { MachineKind } from '../machines/shared/kind.ts';
import type { RunDirectory } from '../store/run-directory.ts';
import type { RunRecord } from '../store/schema.ts';
import type { Supplies } from './equipment.ts';
import type { RunObserver } from './progress-view.ts';
import type { ControlCell, Scenario } from './scenario.ts';
import type { Sizes } from './sizes.ts';

/** Everything that a run needs, resolved. */
export interface RunPlan extends Supplies {
  scenario: Scenario;
  /** The file of a scenario that is none of the lab's. */
  module?: string;
  cells: Cell[];
  /** Cells of other scenarios whose answers are known, run beside the others. */
  controls: readonly ControlCell[];
  kind: MachineKind;
  /** For the record of the run. */
  host: RunRecord['machine'];
  /** The name of this host in its fleet. */
  hostName?: string;
  directory: RunDirectory;
  jobs: number;
  repeat: number;
  /** Of the protocol of this scenario, where they are not the usual ones. */
  sizes?: Sizes;
  /** Directory of the run that this one resumes. */
  resume?: string;
  notes: string[];
  commandLine: string[];
  observer: RunObserver;
  /** Called with each cell that has been judged, before its machine goes. */
  hold: (cell: Cell, enterCommand: string, judgement: Judgement) => Promise<void>;
  signal: AbortSignal;
}
