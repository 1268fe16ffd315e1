import { wordsOf, type Comparison, type Pair } from '../history/compare.ts';
import type { SlopeFigure } from '../judge/verdict-record.ts';
import type { Paint } from './style.ts';
import { openTable } from './table.ts';

/** Two runs, nights or builds beside each other, for a terminal. */
export function reportStoredComparison(comparison: Comparison, paint: Paint): string {
  const { before, now, changed, moved, same, onlyBefore, onlyNow } = comparison;
  const parts = [
    paint('bold', `${before} → ${now}`),
    changed.length > 0 ? changes(changed, paint) : '',
    moved.length > 0 ? slopes(comparison, paint) : '',
    listed(`only in ${before}`, onlyBefore),
    listed(`only in ${now}`, onlyNow),
    `${counted(changed.length, 'outcome')} changed, ${counted(moved.length, 'cell')} with slopes that moved beyond their intervals, ${same} the same`,
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function changes(changed: Pair[], paint: Paint): string {
  const table = openTable(['scenario', 'cell', 'before', 'now'], paint);
  for (const pair of changed) {
    table.push([placeOf(pair), pair.name, words(wordsOf(pair.before)), words(wordsOf(pair.now))]);
  }
  return table.toString();
}

function slopes({ moved }: Comparison, paint: Paint): string {
  const table = openTable(['scenario', 'cell', 'slope', 'before', 'now'], paint);
  for (const { pair, slopes: figures } of moved) {
    for (const { before, now } of figures) {
      table.push([placeOf(pair), pair.name, `${now.metric} per ${now.per}`, slopeText(before), slopeText(now)]);
    }
  }
  return table.toString();
}

/** `1.000 (0.998 … 1.002) fds, leak` */
function slopeText({ slope, low, high, unit, verdict }: SlopeFigure): string {
  const digits = (value: number) =>
    Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(3);
  return `${digits(slope)} (${digits(low)} … ${digits(high)}) ${unit}, ${verdict}`;
}

function placeOf({ scenario, machine }: Pair): string {
  return `${scenario} (${machine})`;
}

function words(outcome: string): string {
  return outcome.replaceAll('-', ' ');
}

function listed(heading: string, names: string[]): string {
  return names.length === 0 ? '' : [`${heading}:`, ...names.map((name) => `  ${name}`)].join('\n');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
