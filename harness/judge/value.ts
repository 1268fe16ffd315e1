import { z } from 'zod';
import { slopeVerdictRecord } from './verdict-record.ts';

/** Below 0 where the calls of a warm-up are subtracted, and some of those went wrong. */
const count = z.int();

/** The codes of values, in groups by the facts that have them; a code may belong to several. */
const codes = z.enum([
  // A stats call or stream: see stats-call.ts and stats-stream.ts.
  ...(['values', 'no-networks', 'zeroed', 'refused', 'hangs', 'mixed', 'silent'] as const),
  // The file of a network namespace: see netns-files.ts.
  ...(['nsfs', 'lost', 'gone'] as const),
  // A container after a restart of its daemon.
  ...(['running-on', 'started-anew', 'stopped'] as const),
  // A container that the daemon was asked to start.
  ...(['started', 'not-started'] as const),
  // Its gateway.
  ...(['reached', 'not-reached'] as const),
  // Its endpoint, in the daemon's records.
  ...(['known', 'forgotten'] as const),
  // An address: given to one container, or to two.
  ...(['free', 'duplicate-ip'] as const),
  // Calls at the end of a step: `closed` without an answer; `none` hung before.
  ...(['answered', 'held', 'closed', 'none'] as const),
  // A stopped containerd: see containerd-eras.ts.
  ...(['replaced', 'waited-for'] as const),
  // A boot parameter.
  ...(['effective', 'accepted', 'ignored'] as const),
  // mkdir, and docker rm.
  ...(['not-refused', 'removed', 'busy'] as const),
  // Accounting of kernel memory: see kmem-accounting.ts.
  ...(['on', 'off', 'absent'] as const),
  // What a diagnosis says about a problem.
  ...(['affected', 'exposed', 'undecided', 'not-affected'] as const),
  // The caller with most connections that a diagnosis names.
  ...(['process', 'container', 'no-caller'] as const),
  // When the resources of abandoned calls are given back.
  ...([
    'nothing-kept',
    'when-idle',
    'when-container-ends',
    'when-registry-ends',
    'when-execs-collected',
    'never',
  ] as const),
  // What drop_caches does.
  ...(['gives-back', 'gives-nothing-back'] as const),
  // A kernel under its work.
  ...(['alive', 'failed'] as const),
  // The slope of a soak beside that of a dose.
  ...(['agrees', 'differs'] as const),
]);
export type Code = z.infer<typeof codes>;

const slope = slopeVerdictRecord.pick({ metric: true, unit: true, per: true, slope: true }).extend({
  /** Half the width of the slope's interval, where it is told. */
  margin: z.number().optional(),
});

/** A value that was observed, or is expected. Only the report has words for it. */
export const value = z.discriminatedUnion('kind', [
  /** The expected value is not known. */
  z.strictObject({ kind: z.literal('unknown') }),
  z.strictObject({ kind: z.literal('flag'), is: z.boolean() }),
  z.strictObject({
    kind: z.literal('count'),
    count,
    unit: z.enum(['calls', 'connections', 'lines', 'cgroups', 'ids', 'execs']),
  }),
  /** `count` of the `of` that there are. */
  z.strictObject({ kind: z.literal('share'), count, of: count, unit: z.literal('calls') }),
  /** Some or none, where the count is left open; it matches a {@link value} with a count. */
  z.strictObject({ kind: z.literal('presence'), present: z.boolean() }),
  /** One code, or several in order where those that were looked at differ. */
  z.strictObject({ kind: z.literal('codes'), codes: z.array(codes) }),
  /** How many have each code, in the order in which they were seen. */
  z.strictObject({ kind: z.literal('tally'), counts: z.array(z.strictObject({ code: codes, count })) }),
  /** Failed calls by the name of their error, e.g. `ECONNRESET`. */
  z.strictObject({ kind: z.literal('failures'), counts: z.record(z.string(), count) }),
  /** Bytes; absent where there is no limit. */
  z.strictObject({ kind: z.literal('limit'), bytes: z.number().optional() }),
  /** Name of a container; absent where there is none. */
  z.strictObject({ kind: z.literal('name'), name: z.string().optional() }),
  /** Names in their order, e.g. of problems. */
  z.strictObject({ kind: z.literal('names'), names: z.array(z.string()) }),
  /** The verdict on samples, with the slopes that it is about where they are told. */
  z.strictObject({
    kind: z.literal('verdict'),
    verdict: slopeVerdictRecord.shape.verdict,
    slopes: z.array(slope).optional(),
  }),
  /** Amounts per unit of dose from which on a leak would have been seen, a metric each. */
  z.strictObject({
    kind: z.literal('seen-from'),
    limits: z.array(slopeVerdictRecord.pick({ metric: true, unit: true, per: true, detectionLimit: true })),
  }),
  /** Text of a program, e.g. a line of a kernel's console; and every value of a judgement of schema 1. */
  z.strictObject({ kind: z.literal('text'), text: z.string() }),
]);
export type Value = z.infer<typeof value>;

/** One code. */
export function codeValue(code: Code): Value {
  return { kind: 'codes', codes: [code] };
}

/** Each code once, in the order in which it comes first: one where all do the same. */
export function codesValue(list: readonly Code[]): Value {
  return { kind: 'codes', codes: [...new Set(list)] };
}

/** Counts codes. */
export function tallyValue(list: readonly Code[]): Value {
  const counts = new Map<Code, number>();
  for (const code of list) counts.set(code, (counts.get(code) ?? 0) + 1);
  return { kind: 'tally', counts: [...counts].map(([code, number]) => ({ code, count: number })) };
}

/** The same code for each of so many. */
export function allValue(number: number, code: Code): Value {
  return { kind: 'tally', counts: [{ code, count: number }] };
}

/** Whether an observed value is the expected one: of the same kind and the same content; a count also matches a presence. */
export function matches(observed: Value, expected: Value): boolean {
  if (expected.kind === 'presence' && observed.kind === 'count') return observed.count > 0 === expected.present;
  return contentOf(observed) === contentOf(expected);
}

/** The content of a value that makes it the same as another. */
// oxlint-disable-next-line consistent-return -- the compiler checks that the switch has every kind
function contentOf(one: Value): string {
  switch (one.kind) {
    case 'tally':
      return sorted(
        one.kind,
        one.counts.filter((each) => each.count > 0).map((each) => [each.code, each.count]),
      );
    case 'failures':
      return sorted(
        one.kind,
        Object.entries(one.counts).filter(([, number]) => number > 0),
      );
    case 'codes':
      return sorted(
        one.kind,
        one.codes.map((code) => [code, 1]),
      );
    case 'verdict':
      // Slopes are measurements: no expectation has them.
      return `${one.kind} ${one.verdict}`;
    case 'names':
      return sorted(
        one.kind,
        one.names.map((name) => [name, 1]),
      );
    case 'seen-from':
      return JSON.stringify(one);
    case 'unknown':
    case 'flag':
    case 'count':
    case 'share':
    case 'presence':
    case 'limit':
    case 'name':
    case 'text':
      return JSON.stringify(one, Object.keys(one).toSorted());
  }
}

function sorted(kind: string, counts: readonly (readonly [string, number])[]): string {
  return `${kind} ${JSON.stringify(counts.toSorted(([a], [b]) => a.localeCompare(b)))}`;
}
