import type { SlopeFigure } from '../../judge/verdict-record.ts';
import { showSeconds } from '../style.ts';

/** A number in few letters: `1.00`, `33.1K`. @param digits that count; more for numbers that have to be distinguished */
export function shortNumber(value: number, digits = 3): string {
  if (value === 0) return '0';
  // What arithmetic leaves of nothing.
  if (Math.abs(value) < 1e-6) return '≈ 0';
  if (Math.abs(value) < 1000) return Number(value.toPrecision(digits)).toString();
  return new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: digits }).format(value);
}

/** Digits, from three to six, that tell a number from both ends of its interval. */
function digitsFor(value: number, ends: readonly number[]): number {
  const differs = (digits: number) => ends.every((end) => shortNumber(end, digits) !== shortNumber(value, digits));
  return [3, 4, 5].find(differs) ?? 6;
}

/** A slope with its unit, e.g. `1 fds per call`. */
export function slopeWords({ slope, low, high, metric, unit, per }: SlopeFigure): string {
  const what = metric === unit ? unit : `${unit} of ${metric}`;
  const digits = digitsFor(slope, [low, high]);
  const ends = [low, high].map((end) => shortNumber(end, digits));
  return `${shortNumber(slope, digits)} (${ends.join(' to ')}) ${what} per ${per}`;
}

/** Seconds of a cell in a place for few letters: `850 ms`, `20.0 s`. */
export function shortTime(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : showSeconds(seconds);
}

/** A start as people read it, always in UTC: `2026-11-22 02:00`. */
export function shortDate(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

/** A git revision in few letters; `+` says that files differed from it. */
export function shortRevision(revision: string): string {
  return revision.slice(0, 8) + (revision.endsWith('+') ? '+' : '');
}
