import { z } from 'zod';
import { bundleProblem, itemRecord } from './model/bundle.ts';
import type { HostEvidence } from './model/evidence.ts';
import { factRecord, type Fact } from './model/facts.ts';
import { findingRecord, findingStates, type Finding, type FindingState, type Problem } from './model/finding.ts';
import type { Knowledge } from './model/knowledge.ts';
import { rules } from './rules/rules.ts';
import { versionOf } from './rules/rule.ts';

/** The diagnosis of one host. */
export const diagnosisRecord = z.strictObject({
  /** Version of this shape. */
  schema: z.literal(1),
  host: z.string(),
  /** When the evidence was taken, UTC. */
  time: z.iso.datetime(),
  /** The worst state of all findings that are known; `unknown` when none is. */
  state: z.enum(findingStates),
  /** Whether a dockerd runs on the host. */
  hasDaemon: z.boolean(),
  /** Version of dockerd, as it gave it. */
  docker: z.string().optional(),
  kernel: z.string().optional(),
  os: z.string().optional(),
  /** Worst first. */
  findings: z.array(findingRecord),
  /** About the evidence as a whole. */
  facts: z.array(factRecord),
  /** Files of the bundle that cannot be read. */
  problems: z.array(bundleProblem),
  /** Evidence that was not taken, or in part. */
  incomplete: z.array(itemRecord),
});
export type Diagnosis = z.infer<typeof diagnosisRecord>;

/** Seconds by which the clock may differ from the time since the boot, between two samples. */
const clockTolerance = 5;

/** Judges the evidence of one host by every rule. */
export function diagnose(evidence: HostEvidence, knowledge: Knowledge): Diagnosis {
  const findings = rules
    .map(({ problem, judge }): Finding => ({ problem, ...judge(evidence, knowledge) }))
    .map((finding, _index, all) => explained(finding, all))
    .toSorted((a, b) => findingStates.indexOf(a.state) - findingStates.indexOf(b.state));
  const { kernel, os } = evidence.host;
  const docker = versionOf(evidence);
  return {
    schema: 1,
    host: evidence.info.host,
    time: evidence.info.time,
    state: worstOf(findings),
    hasDaemon: evidence.info.daemon !== undefined,
    ...(docker !== undefined && { docker }),
    ...(kernel !== undefined && { kernel }),
    ...(os !== undefined && os.name !== '' && { os: os.name }),
    findings,
    facts: [...dumpFacts(evidence), ...clockFacts(evidence)],
    problems: [...evidence.problems],
    incomplete: evidence.items.filter(({ status }) => status !== 'ok' && status !== 'empty'),
  };
}

/** Problems that follow from another one on the same host. */
const consequences: Readonly<Partial<Record<Problem, Problem>>> = {
  'zeroed-stats': 'lost-namespaces',
  'hanging-stats': 'lost-namespaces',
  'duplicate-addresses': 'lost-namespaces',
};

/** Problems that make connections pile up: these are theirs then, and no problem of their own. */
const pilingUp: readonly Problem[] = ['hanging-stats', 'stalled-collector', 'attach-leak'];

/** A finding beside the others of its host: what follows from another one is not told twice. */
function explained(finding: Finding, all: readonly Finding[]): Finding {
  const isAffected = (wanted: Problem) => all.some(({ problem, state }) => problem === wanted && state === 'affected');
  if (finding.problem === 'piled-connections' && pilingUp.some(isAffected)) {
    return { ...finding, state: 'not-affected', rates: [], culprits: [] };
  }
  const cause = consequences[finding.problem];
  const isShown = finding.state === 'affected' || finding.state === 'exposed';
  if (cause === undefined || !isShown || !isAffected(cause)) return finding;
  return { ...finding, follows: cause, remedies: [] };
}

/** `unknown` only where nothing is known; what is missing for one problem does not hide the others. */
function worstOf(findings: readonly Finding[]): FindingState {
  const states = findings.map(({ state }) => state);
  return (
    states.find((state) => state === 'affected') ??
    states.find((state) => state === 'exposed') ??
    (states.every((state) => state === 'unknown') ? 'unknown' : 'not-affected')
  );
}

/** Functions and caches that are shown of a dump. */
const shownOfDump = 5;

/** The contents of dumps beside the findings: each dump that was read is mentioned. */
function dumpFacts({ dumps = [], heap, slabCaches = [] }: HostEvidence): Fact[] {
  return [
    ...dumps.map((dump) => ({ fact: 'dump', ...dump }) as const),
    ...(heap && !heap.hasSymbols ? [{ fact: 'heap-without-symbols', bytes: heap.bytes } as const] : []),
    ...(heap?.hasSymbols ? heap.functions : [])
      .slice(0, shownOfDump)
      .map(({ name, bytes }) => ({ fact: 'heap-at', function: name, bytes, of: heap?.bytes ?? bytes }) as const),
    ...slabCaches.slice(0, shownOfDump).map((cache) => ({ fact: 'slab-cache', ...cache }) as const),
  ];
}

function clockFacts({ samples }: HostEvidence): Fact[] {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) return [];
  const seconds = last.clock - first.clock - (last.uptime - first.uptime);
  return Math.abs(seconds) > clockTolerance ? [{ fact: 'clock-changed', seconds }] : [];
}
