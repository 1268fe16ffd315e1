import type { ControlCell, Scenario } from '../../harness/run/scenario.ts';
import { levelOf } from '../../harness/core/cell.ts';
import { hasApi } from '../abandoned-calls/api-versions.ts';
import { factors, level } from './factors.ts';
import { judgeExecChurn } from './judge.ts';
import { observations, type ExecChurnObservations } from './observations.ts';
import { execs, observe } from './protocol.ts';
import { works } from './works.ts';

/** What execs and health checks leave in dockerd, containerd and the shim. */
export const execChurn: Scenario<ExecChurnObservations> = {
  name: 'exec-churn',
  claim:
    'An exec or a health check that has ended leaves no descriptor, no thread and no goroutine in dockerd, containerd or the shim, and dockerd forgets it within ' +
    'some ten minutes; but the shim and containerd can keep some bytes of each, which only a large dose shows.',
  controls,
  factors,
  defaults: { daemon: ['20.10.24', '26.1.5', 'rolling'] },
  notApplicable: (cell, version) => {
    const { api } = works[level(cell, 'work')];
    if (levelOf(cell, 'daemon').startsWith('replica')) return 'a replica has neither containerd nor shims';
    return api === undefined || hasApi(version, api) ? undefined : `the event exec_die needs API ${api}`;
  },
  sizes: { execs },
  // Of a full dose: 100,000 execs of up to 100 ms, and eleven minutes for dockerd to forget them. An exec that hangs ends the cell after five minutes.
  budget: { memoryBytes: 1 << 30, diskBytes: 512 << 20, seconds: 4 * 3600 },
  observations,
  run: observe,
  judge: judgeExecChurn,
};

/** The daemon of the controls where a run has only replicas. */
const otherwise = '20.10.24';

/**
 * The planted leak are execs that run on, which dockerd and the shim have to keep; the clean run are pings of the daemon, which reach neither
 * containerd nor the shim. A probe that looks at the wrong processes fails the first, one that sees its own readings fails the second.
 */
function controls(daemons: readonly string[]): ControlCell[] {
  const daemon = daemons.find((name) => !name.startsWith('replica')) ?? otherwise;
  const control = (name: string, work: string): ControlCell => ({
    scenario: execChurn,
    cell: { control: name, daemon, work, dose: 'bounded' },
  });
  return [control('planted leak', 'held-execs'), control('clean run', 'pings')];
}
