import type { ControlCell } from '../harness/scenario.ts';
import { collectorStall } from './collector-stall.ts';

/** The daemon of the controls where a run has none of its own that can be stalled: known to leak exactly so. */
const wellKnown = '20.10.24';

/**
 * A leak that every machine can plant, and a clean run of the same daemon under the same dose. The replica is no subject
 * for them: it has neither a containerd to stop nor a Go runtime to read.
 */
export function leakControls(daemons: readonly string[]): ControlCell[] {
  const daemon = daemons.find((name) => !name.startsWith('replica')) ?? wellKnown;
  return [['planted leak', 'stalled'] as const, ['clean run', 'healthy'] as const].map(([control, collector]) => ({
    scenario: collectorStall,
    cell: { control, daemon, collector, client: 'agent-1.20' },
  }));
}
