import { hasStarted } from '../../harness/evidence/container-starts.ts';
import type { RemedyName } from './remedies.ts';
import type { StartObservations } from './observations.ts';

/** A remedy on one daemon, and its value there. */
export interface Ranked {
  remedy: string;
  /** More is better, the first difference decides. */
  score: number[];
  text: string;
}

/** Ranks a remedy on a host whose containers do not start. */
export function rankStarts(remedy: RemedyName, { starts, seconds, outageSeconds }: StartObservations): Ranked {
  const heals = starts.remedied.every(hasStarted);
  const lasts = starts.restarted.every(hasStarted);
  const isDown = outageSeconds > 0.5;
  const words = [
    heals ? 'heals' : 'does not help',
    heals ? 'containers start' : 'containers do not start',
    ...(heals ? [lasts ? 'outlives the next restart of dockerd' : 'until the next restart of dockerd'] : []),
    ...(isDown ? ['breaks the API while dockerd is restarted'] : []),
    `${seconds.toFixed(1)} s`,
  ];
  return { remedy, score: [+heals, +lasts, -Number(isDown), -Math.round(seconds)], text: words.join(' · ') };
}
