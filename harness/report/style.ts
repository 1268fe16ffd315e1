import { styleText } from 'node:util';
import type { Outcome } from '../scenario.ts';

/** Colours a text, or not: the stream's kind, `NO_COLOR` and `FORCE_COLOR` decide. */
export type Paint = (format: 'green' | 'red' | 'yellow' | 'dim' | 'bold', text: string) => string;

/** A {@link Paint} for one stream. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return (format, text) => styleText(format, text, { stream });
}

/** No colour at all, e.g. for a file. */
export const plain: Paint = (_format, text) => text;

/** An outcome with a sign, so that it can be told without its colour. */
export function showOutcome(outcome: Outcome | 'not-finished', paint: Paint): string {
  switch (outcome) {
    case 'as-expected':
      return paint('green', '✔ as expected');
    case 'unexpected':
      return paint('red', '✘ unexpected');
    case 'inconclusive':
      return paint('yellow', '? inconclusive');
    case 'not-applicable':
      return paint('dim', '– not applicable');
    case 'boot-failed':
      return paint('yellow', '! boot failed');
    case 'infra-failed':
      return paint('yellow', '! infra failed');
    case 'not-finished':
      return paint('yellow', '! not finished');
  }
}

/** `4.9 s`, `1 min 32 s` */
export function showSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
