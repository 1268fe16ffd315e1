import type { LogRates } from '../evidence/log-rates.ts';

/** Figures of a log, a line a shape that comes often enough to be a rate: `log: 1.0 lines/s "…"`. */
export function logRateLines({ seconds, shapes }: LogRates): string[] {
  const often = shapes.filter(({ lines }) => lines > 1 && seconds > 0);
  return often.map(({ shape, lines }) => `log: ${(lines / seconds).toFixed(1)} lines/s "${shape}"`);
}
