import type { SlopeFigure } from '../../judge/verdict-record.ts';
import { showSeconds } from '../style.ts';

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** A number in few letters: `1.00`, `33.1K`. */
export function shortNumber(value: number): string {
  if (value === 0) return '0';
  // What arithmetic leaves of nothing.
  if (Math.abs(value) < 1e-6) return '≈ 0';
  return Math.abs(value) < 1000 ? Number(value.toPrecision(3)).toString() : compact.format(value);
}

/** A slope with its unit, e.g. `1 fds per call`. */
export function slopeWords({ slope, low, high, metric, unit, per }: SlopeFigure): string {
  const what = metric === unit ? unit : `${unit} of ${metric}`;
  return `${shortNumber(slope)} (${shortNumber(low)} to ${shortNumber(high)}) ${what} per ${per}`;
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
