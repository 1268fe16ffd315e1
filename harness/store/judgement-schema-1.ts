import { z } from 'zod';
import type { Check, Fact, FactName } from '../judge/check.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { Value } from '../judge/value.ts';

/** A judgement of schema 1: what was observed and expected are words, for which the checks have names in words, too. */
const oldJudgement = z.looseObject({
  observed: z.string(),
  expected: z.string(),
  checks: z.array(z.looseObject({ what: z.string(), observed: z.string(), expected: z.string().optional() })),
});

/** The checks of schema 1 by their names; a check with another name is of the metric that it was called after, or no check of today. */
const names: Readonly<Record<string, FactName>> = {
  'network namespaces': 'network-namespaces',
  'restore errors': 'restore-errors',
  'stats calls': 'stats-calls',
  'stats streams': 'stats-streams',
  '"collecting stats" in the log': 'collecting-stats-logged',
  containers: 'containers',
  'containers kept': 'containers',
  gateway: 'gateway',
  endpoints: 'endpoints',
  'next address': 'next-address',
  'calls sent': 'calls-sent',
  'calls answered': 'calls-answered',
  'calls that failed': 'calls-failed',
  'calls at the last dose': 'calls-at-last-dose',
  'calls answered or given up in the end': 'calls-done',
  'answers after the release': 'answers-after-release',
  'connections ended by the daemon': 'connections-ended',
  'who holds most connections': 'top-caller',
  'a stopped containerd': 'stopped-containerd',
  'calls that hung': 'stuck-calls',
  refused: 'remedy-refused',
  'one call before': 'call-before-remedy',
  'one call': 'stats-call',
  'one call after the next restart': 'call-after-restart',
  'netns files': 'netns-files',
  'netns files after the next restart': 'netns-after-restart',
  'a container started after the remedy, after the next restart': 'fresh-container',
  'cgroups made': 'cgroups-made',
  'cgroups that stay': 'cgroups-kept',
  'what removed cgroups leave': 'removed-cgroups',
  mkdir: 'mkdir',
  'limit of memory': 'memory-limit',
  'kernel memory accounting': 'kmem-accounting',
  'docker rm': 'docker-rm',
  'the other namespace has a copy of the container’s mounts': 'mounts-copied',
  'the container is gone': 'container-gone',
  'what became of it': 'parameter-effect',
  'the image knows it': 'parameter-known',
  '/proc/cmdline has it': 'parameter-in-cmdline',
  'the kernel': 'kernel',
};

/** The metrics that checks of schema 1 were called after. */
const metrics: ReadonlySet<string> = new Set(['fds', 'goroutines', 'heap-alloc', 'dying-cgroups']);

/** Completes a record with judgements of schema 1 while it is read: their words become values of the kind `text`. */
export function withTypedJudgement(record: unknown): unknown {
  const { data } = z.looseObject({ schema: z.literal(1), judgement: z.unknown().optional() }).safeParse(record);
  if (!data) return record;
  return { ...data, schema: 2, ...('judgement' in data && { judgement: typed(data.judgement) }) };
}

/** As {@link withTypedJudgement}, of a record with several. */
export function withTypedJudgements(record: unknown): unknown {
  const { data } = z
    .looseObject({ schema: z.literal(1), judgements: z.array(z.looseObject({ judgement: z.unknown() })) })
    .safeParse(record);
  if (!data) return record;
  const judgements = data.judgements.map((one) => ({ ...one, judgement: typed(one.judgement) }));
  return { ...data, schema: 2, judgements };
}

function typed(judgement: unknown): unknown {
  const { data } = oldJudgement.safeParse(judgement);
  if (!data) return judgement;
  const { observed, expected, checks } = data;
  return {
    ...data,
    observed: [{ what: 'old', value: textValue(observed) }],
    expected: [{ what: 'old', value: textValue(expected) }],
    checks: checks.map(({ what, ...one }) => ({
      ...one,
      ...nameOf(what),
      observed: textValue(one.observed),
      ...(one.expected !== undefined && { expected: textValue(one.expected) }),
    })),
  } satisfies { observed: Fact[]; expected: Judgement['expected']; checks: Pick<Check, 'what' | 'observed'>[] };
}

function nameOf(what: string): Pick<Fact, 'what' | 'name'> {
  if (metrics.has(what)) return { what: 'slope', name: what };
  const known = Object.hasOwn(names, what) ? names[what] : undefined;
  return known ? { what: known } : { what: 'old', name: what };
}

function textValue(text: string): Value {
  return { kind: 'text', text };
}
