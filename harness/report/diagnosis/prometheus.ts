import type { Diagnosis } from '../../diagnose/diagnose.ts';
import { findingStates } from '../../diagnose/model/finding.ts';

/** Each host under a name of its own, as a series may not come twice: redacted bundles are all of `host-1`. */
function named(diagnoses: readonly Diagnosis[]): Diagnosis[] {
  const seen = new Map<string, number>();
  return diagnoses.map((diagnosis) => {
    const number = (seen.get(diagnosis.host) ?? 0) + 1;
    seen.set(diagnosis.host, number);
    return number === 1 ? diagnosis : { ...diagnosis, host: `${diagnosis.host} (${number})` };
  });
}

/** The findings as a file for node-exporter's textfile collector (Prometheus' text format 0.0.4). */
export function diagnosesAsMetrics(all: readonly Diagnosis[]): string {
  const diagnoses = named(all);
  const states = diagnoses.flatMap(({ host, findings }) =>
    findings.flatMap(({ problem, state }) =>
      findingStates.map((one) =>
        sample('dockerd_leak_lab_finding', { host, problem, state: one }, one === state ? 1 : 0),
      ),
    ),
  );
  const known = diagnoses.flatMap(({ host, findings }) =>
    findings.flatMap(({ problem, rates }) =>
      rates.filter((rate) => rate.known).map((rate) => ({ host, problem, rate })),
    ),
  );
  const labelled = known.map(({ host, problem, rate }) => ({ labels: { host, problem, metric: rate.metric }, rate }));
  return [
    ...family('dockerd_leak_lab_finding', 'Whether a host is in this state for a known problem.', states),
    ...family(
      'dockerd_leak_lab_growth_per_hour',
      'Growth per hour, in the unit of the metric.',
      labelled.map(({ labels, rate }) => sample('dockerd_leak_lab_growth_per_hour', labels, rate.perHour)),
    ),
    ...family(
      'dockerd_leak_lab_hours_to_limit',
      'Hours until the metric reaches its limit, at the soonest.',
      labelled.flatMap(({ labels, rate }) =>
        rate.limit?.soonestHours === undefined
          ? []
          : [sample('dockerd_leak_lab_hours_to_limit', labels, rate.limit.soonestHours)],
      ),
    ),
    ...family(
      'dockerd_leak_lab_diagnosis_timestamp_seconds',
      'When the evidence was taken.',
      diagnoses.map(({ host, time }) =>
        sample('dockerd_leak_lab_diagnosis_timestamp_seconds', { host }, Date.parse(time) / 1000),
      ),
    ),
  ].join('');
}

function family(name: string, help: string, samples: readonly string[]): string[] {
  return samples.length === 0 ? [] : [`# HELP ${name} ${help}\n# TYPE ${name} gauge\n`, ...samples];
}

function sample(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const words = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}{${words.join(',')}} ${value}\n`;
}

function escaped(text: string): string {
  return text
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
}
