import { styleText } from 'node:util';
import type { Outcome } from '../core/outcome.ts';
import { ownColour } from './terminal.ts';

/** Colours a text, or not: the stream's kind, `NO_COLOR` and `FORCE_COLOR` decide. */
export type Paint = (format: 'green' | 'red' | 'yellow' | 'dim' | 'bold', text: string) => string;

/** A {@link Paint} for one stream. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return (format, text) => {
    const [begin = '', end = ''] = styleText(format, '|', { stream }).split('|');
    return `${ownColour(begin)}${text}${ownColour(end)}`;
  };
}

/** No colour at all, e.g. for a file. */
export const plain: Paint = (_format, text) => text;

type Shown = Outcome | 'not-finished';

const outcomeSigns: Readonly<Record<Shown, ['green' | 'red' | 'yellow' | 'dim', string]>> = {
  'as-expected': ['green', '✔ as expected'],
  unexpected: ['red', '✘ unexpected'],
  inconclusive: ['yellow', '? inconclusive'],
  'not-applicable': ['dim', '– not applicable'],
  'boot-failed': ['yellow', '! boot failed'],
  'infra-failed': ['yellow', '! infra failed'],
  'not-finished': ['yellow', '! not finished'],
};

/** An outcome with a sign, so that it can be recognized without its colour. */
export function showOutcome(outcome: Shown, paint: Paint): string {
  return paint(...outcomeSigns[outcome]);
}

/** `4.9 s`, `1 min 32 s` */
export function showSeconds(seconds: number): string {
  // Rounded before it is divided: there are no 60 s in a minute's rest.
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
