import { z } from 'zod';
import type { SlopeVerdict } from './verdict-record.ts';
import { matches, value, type Value } from './value.ts';

/** The things that a judge looks at. */
const factNames = z.enum([
  'network-namespaces',
  'restore-errors',
  'populate-errors',
  'stats-calls',
  'stats-streams',
  'collecting-stats-logged',
  'containers',
  /** What the daemon made of each request to start a container. */
  'container-starts',
  /** The same of a container that is asked for last, where the others have run before. */
  'next-start',
  /** The same after a remedy, and after the restart of the daemon that follows it. */
  'starts-after-remedy',
  'starts-after-restart',
  'gateway',
  'endpoints',
  'next-address',
  /** host.docker.internal in the containers. */
  'host-gateway',
  /** IPv6 addresses in the daemon's records. */
  'ipv6-addresses',
  'next-ipv6-address',
  'calls-sent',
  /** Whether a soak comes to the same slope as the dose before it. */
  'soak-as-dose',
  'calls-answered',
  'calls-failed',
  'calls-at-last-dose',
  'calls-done',
  /** Calls that their client has left in the way that the cell is about. */
  'calls-left',
  'calls-left-unread',
  /** When what abandoned calls keep is given back. */
  'given-back',
  'answers-after-release',
  /** Execs or health checks: asked for, and ended as they should. */
  'execs-asked',
  'execs-done',
  'execs-failed',
  /** The least that a unit of work must leave to be seen by a cell like this one. */
  'smallest-leak',
  'connections-ended',
  'top-caller',
  'stopped-containerd',
  'stuck-calls',
  'remedy-refused',
  'call-before-remedy',
  'stats-call',
  'call-after-restart',
  'netns-files',
  'netns-after-restart',
  'fresh-container',
  'cgroups-made',
  'cgroups-kept',
  'removed-cgroups',
  'mkdir',
  /** Whether what removed cgroups hold comes back when caches are dropped. */
  'drop-caches',
  /** The controllers that hold removed cgroups, where the kernel counts them so. */
  'held-by',
  'memory-limit',
  'kmem-accounting',
  'docker-rm',
  'mounts-copied',
  'container-gone',
  'parameter-effect',
  'parameter-known',
  'parameter-in-cmdline',
  'kernel',
  /** All problems that a diagnosis calls affected. */
  'affected-by',
  /** The states of a diagnosis for one problem, which is the `name`. */
  'finding',
  'main-caller',
  'misspelt-parameter-named',
  /** The verdict on all that decides. */
  'verdict',
  /** The verdict on one metric, which is the `name`. */
  'slope',
  /** A thing that only a scenario outside the lab looks at, in its words: the `name`. */
  'own',
  /** Of a judgement of schema 1, with its words then as the `name`. */
  'old',
]);
export type FactName = z.infer<typeof factNames>;

/** A thing that was looked at, and its value. */
export const fact = z.strictObject({
  what: factNames,
  /** See the names `finding`, `slope`, `own` and `old`. */
  name: z.string().optional(),
  value,
});
export type Fact = z.infer<typeof fact>;

/** One thing that was looked at, beside what was expected of it. */
export const check = fact.omit({ value: true }).extend({
  observed: value,
  /** Absent when it is not known yet: such a check decides nothing. */
  expected: value.optional(),
  asExpected: z.boolean(),
  /** Set when the observations do not decide it: such a check is no surprise, and no pass either. */
  undecided: z.literal(true).optional(),
  /** Log lines and commands that show it. */
  evidence: z.array(z.string()),
});
export type Check = z.infer<typeof check>;

/** A check of a value; met as well when the expected one is not known. A verdict that is inconclusive is no surprise and no pass. */
export function checkOf(
  what: FactName,
  observed: Value,
  expected: Value | undefined,
  evidence: readonly string[] = [],
): Check {
  return {
    what,
    observed,
    ...(expected && { expected }),
    asExpected: !expected || matches(observed, expected),
    ...(observed.kind === 'verdict' && observed.verdict === 'inconclusive' && { undecided: true }),
    evidence: [...evidence],
  };
}

/** A check of a count. */
export function countCheck(
  what: FactName,
  observed: number,
  expected: number | undefined,
  unit: Extract<Value, { kind: 'count' }>['unit'],
  evidence: readonly string[] = [],
): Check {
  const counted = (count: number): Value => ({ kind: 'count', count, unit });
  return checkOf(what, counted(observed), expected === undefined ? undefined : counted(expected), evidence);
}

/** A check of the slope of one metric. */
export function slopeCheck(
  { metric, verdict, reasons }: Pick<SlopeVerdict, 'metric' | 'verdict' | 'reasons'>,
  expected: SlopeVerdict['verdict'] | undefined,
): Check {
  return { ...verdictCheck('slope', verdict, expected, reasons), name: metric };
}

/** A check of a verdict. */
export function verdictCheck(
  what: FactName,
  verdict: SlopeVerdict['verdict'],
  expected: SlopeVerdict['verdict'] | undefined,
  evidence: readonly string[],
): Check {
  const expectedValue = expected && ({ kind: 'verdict', verdict: expected } as const);
  return checkOf(what, { kind: 'verdict', verdict }, expectedValue, evidence);
}
