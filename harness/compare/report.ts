import type { Paint } from '../report/style.ts';
import type { Comparison } from './compare.ts';
import type { JudgedDifference } from './known.ts';

/** Characters of a value that a person is shown; the JSON has all of it. */
const shown = 240;

/** The names of the compared daemons, for people. */
interface Sides {
  real: string;
  replica: string;
}

/** A comparison as a person reads it: who was compared, a block a difference, what is known by its reason, the sum. */
export function reportComparison(sides: Sides, { requests, differences }: Comparison, paint: Paint): string {
  const unexpected = differences.filter(({ known }) => known === undefined);
  const known = Map.groupBy(differences, (one) => one.known);
  known.delete(undefined);
  const parts = [
    `real     ${sides.real}\nreplica  ${sides.replica}`,
    ...unexpected.map((one) => block(one, paint)),
    ...[...known].map(([why, ones]) => paint('dim', [`known: ${why}`, ...ones.map(line)].join('\n'))),
    paint(unexpected.length === 0 ? 'green' : 'red', summary(requests, differences)),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** `102 requests, 57 differences (41 known)` */
function summary(requests: number, differences: readonly JudgedDifference[]): string {
  const known = differences.filter((one) => one.known !== undefined).length;
  const word = differences.length === 1 ? 'difference' : 'differences';
  return `${requests} requests, ${differences.length} ${word} (${known} known)`;
}

function block(difference: JudgedDifference, paint: Paint): string {
  const { what, real, replica } = difference;
  const head = paint('bold', `${where(difference)} → ${what}`);
  return `${head}\n  real    ${excerpt(real)}\n  replica ${excerpt(replica)}`;
}

function line(difference: JudgedDifference): string {
  const { what, real, replica } = difference;
  return `  ${where(difference)} → ${what}: real ${excerpt(real)}, replica ${excerpt(replica)}`;
}

function where({ requests: [first, ...others] }: JudgedDifference): string {
  if (first === undefined) return 'all requests';
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

function excerpt(value: string): string {
  return value.length > shown ? `${value.slice(0, shown)}…` : value;
}
