import { compareVersions } from '../../harness/core/version.ts';
import type { Cell } from '../../harness/core/cell.ts';
import type { SlopeVerdict } from '../../harness/judge/verdict-record.ts';
import { checkOf, verdictCheck, type Check, type Fact } from '../../harness/judge/check.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';
import { codeValue } from '../../harness/judge/value.ts';
import { kernelVerdictOn } from '../common/cgroup-evidence.ts';
import { slopeFigure } from '../common/dose-response.ts';
import { expectationOf } from '../kmem-slab/expected.ts';
import type { MemcgIdsObservations } from './observations.ts';

/** MEM_CGROUP_ID_MAX of mm/memcontrol.c: the ids are 16 bits wide, and 0 is none. */
const ids = 65_535;

/** From here on an id is given back when its cgroup is removed, unless swap refers to it (commit 73f576c04b94, in 4.8). */
const givesBackSince = '4.8';

/** Judges a cell of memcg-ids by its observations alone. */
export function judgeMemcgIds(_cell: Cell, release: string, seen: MemcgIdsObservations): Judgement {
  const version = /^\d+\.\d+/.exec(release)?.[0] ?? '0';
  const givesBack = compareVersions(version, givesBackSince) >= 0;
  const [dying, keptIds, bytes] = ['dying-cgroups', 'slab-ids', 'unreclaimable'].map((metric) =>
    kernelVerdictOn(seen, metric),
  );
  const beyond = seen.made >= ids;
  const refused = seen.refusal !== undefined;
  const premise = premiseOf(seen, release, [dying, keptIds]);
  // Below the limit no mkdir is refused, with ids that are kept and without. Beyond it no kernel that keeps them was tried.
  const expected = !(beyond || refused) || givesBack ? codeValue('not-refused') : undefined;
  const mkdir = codeValue(refused ? 'refused' : 'not-refused');
  return {
    observed: [
      { what: 'mkdir', value: mkdir },
      { what: 'cgroups-made', value: { kind: 'count', count: seen.made, unit: 'cgroups' } },
      premise.kept,
    ],
    ...(expected && { expected: [{ what: 'mkdir', value: expected }] }),
    reason: givesBack
      ? 'since 4.8 an id is given back when its cgroup is removed, though the cgroup stays; swap alone keeps it'
      : 'before 4.8, and without its backport, a dead cgroup keeps its id; mkdir should be refused near the last one, which was not tried',
    reference: 'mm/memcontrol.c; torvalds/linux@73f576c04b94',
    checks: [checkOf('mkdir', mkdir, expected, seen.refusal ? [seen.refusal] : []), premise.check],
    figures: [
      `cgroup v${seen.version}; ids: ${ids.toLocaleString('en')}; each cgroup: ${seen.workload ?? 'page-cache'}`,
      ...[dying, keptIds, bytes].flatMap((one) =>
        one ? [`${one.metric}: ${one.verdict}. ${one.reasons[0] ?? ''}`] : [],
      ),
      ...(beyond || refused ? [] : [extrapolation(seen.made, bytes?.slope ?? 0)]),
      ...seen.kernelLog.map((line) => `kernel: ${line}`),
    ],
    slopes: [dying, keptIds, bytes].flatMap((verdict) => (verdict ? [slopeFigure(verdict)] : [])),
    bug: refused ? 'present' : beyond || givesBack ? 'absent' : 'unknown',
  };
}

/**
 * Without cgroups that die and stay, no mkdir could be refused: whether there are any. On 3.10 none is dying, and the ids in the names of copied slab
 * caches show those that are kept.
 */
function premiseOf(
  seen: MemcgIdsObservations,
  release: string,
  counts: readonly (SlopeVerdict | undefined)[],
): { check: Check; kept: Fact } {
  const found = counts.flatMap((one) => one ?? []);
  const accusing = found.find(({ verdict }) => verdict === 'leak');
  const isOpen = found.length === 0 || found.some(({ verdict }) => verdict === 'inconclusive');
  const verdict = accusing ? 'leak' : isOpen ? 'inconclusive' : 'no-leak';
  const churn = { workload: seen.workload ?? 'page-cache', bootParameters: 'none', kmem: 'on' } as const;
  const { verdict: expected } = expectationOf(release, churn);
  const evidence = found.flatMap(({ metric, reasons }) =>
    reasons[0] === undefined ? [] : [`${metric}: ${reasons[0]}`],
  );
  const check = verdictCheck('cgroups-kept', verdict, expected, evidence);
  const count = Math.round(((accusing ?? found[0])?.slope ?? 0) * seen.made);
  const unit = accusing?.metric === 'slab-ids' ? 'ids' : 'cgroups';
  return { check, kept: { what: 'cgroups-kept', value: { kind: 'count', count: Math.max(0, count), unit } } };
}

function extrapolation(made: number, bytesEach: number): string {
  const share = ((100 * made) / ids).toFixed(1);
  const megabytes = Math.round((bytesEach * ids) / 1e6).toLocaleString('en');
  const left = (ids - made).toLocaleString('en');
  return `extrapolated, not measured: where dead ones keep theirs, ${left} ids are left, and ${share} % are gone; as many dead cgroups as there are ids would hold ${megabytes} MB`;
}
