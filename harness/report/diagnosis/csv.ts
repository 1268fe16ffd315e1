import type { Diagnosis } from '../../diagnose/diagnose.ts';
import { problems } from '../../diagnose/model/finding.ts';
import { worstFirst } from './fleet-report.ts';

/** Many hosts as CSV (RFC 4180): a row for each host, a column for each problem with its state. */
export function diagnosesAsCsv(diagnoses: readonly Diagnosis[]): string {
  const rows = worstFirst(diagnoses).map(({ host, time, docker, kernel, os, state, findings }) => {
    const states = new Map(findings.map((finding) => [finding.problem, finding.state]));
    return [
      host,
      time,
      docker ?? '',
      kernel ?? '',
      os ?? '',
      state,
      ...problems.map((one) => states.get(one) ?? 'unknown'),
    ];
  });
  return [['host', 'time', 'docker', 'kernel', 'os', 'state', ...problems], ...rows]
    .map((row) => `${row.map(quoted).join(',')}\r\n`)
    .join('');
}

/** A cell that begins with one of these is a formula for a spreadsheet: names of hosts come from bundles. */
const formula = /^[=+\-@\t\r]/;

function quoted(value: string): string {
  const safe = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
