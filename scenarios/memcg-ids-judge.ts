import { compareVersions } from '../harness/daemons/version.ts';
import type { Cell } from '../harness/matrix/cell.ts';
import type { Judgement } from '../harness/scenario.ts';
import { checkOf, slopeFigure, verdictOn } from './dose-response.ts';
import type { MemcgIdsObservations } from './memcg-ids.ts';

/** MEM_CGROUP_ID_MAX of mm/memcontrol.c: the ids are 16 bits wide, and 0 is none. */
const ids = 65_535;

/** From here on an id is given back when its cgroup is removed, unless swap refers to it (commit 73f576c04b94, in 4.8). */
const givesBackSince = '4.8';

/** Judges a cell of memcg-ids by its observations alone. */
export function judgeMemcgIds(_cell: Cell, release: string, seen: MemcgIdsObservations): Judgement {
  const version = /^\d+\.\d+/.exec(release)?.[0] ?? '0';
  const givesBack = compareVersions(version, givesBackSince) >= 0;
  const dying = verdictOn(seen, 'dying-cgroups');
  const bytes = verdictOn(seen, 'unreclaimable');
  const beyond = seen.made >= ids;
  const refused = seen.refusal !== undefined;
  // Below the limit nobody is refused, whoever keeps the ids.
  const expected = beyond || refused ? (givesBack ? 'none refused' : 'refused') : 'none refused';
  const dead = dying ? Math.round(dying.slope * seen.made) : 0;
  return {
    observed: `${refused ? 'refused' : 'none refused'}: ${seen.made.toLocaleString('en')} made, ${dead.toLocaleString('en')} dead`,
    expected,
    reason: givesBack
      ? 'since 4.8 an id is given back when its cgroup is removed, though the cgroup stays; swap alone keeps it'
      : 'before 4.8, and without its backport, a dead cgroup keeps its id',
    reference: 'mm/memcontrol.c; torvalds/linux@73f576c04b94',
    checks: [checkOf('mkdir', refused ? 'refused' : 'none refused', expected, seen.refusal ? [seen.refusal] : [])],
    figures: [
      `cgroup v${seen.version}; ids: ${ids.toLocaleString('en')}`,
      ...(dying ? [`dying-cgroups: ${dying.verdict}. ${dying.reasons[0] ?? ''}`] : []),
      ...(bytes ? [`unreclaimable: ${bytes.verdict}. ${bytes.reasons[0] ?? ''}`] : []),
      ...(beyond || refused ? [] : [extrapolation(seen.made, bytes?.slope ?? 0)]),
      ...seen.kernelLog.map((line) => `kernel: ${line}`),
    ],
    slopes: [dying, bytes].flatMap((verdict) => (verdict ? [slopeFigure(verdict)] : [])),
    bug: refused ? 'present' : beyond || givesBack ? 'absent' : 'unknown',
  };
}

function extrapolation(made: number, bytesEach: number): string {
  const share = ((100 * made) / ids).toFixed(1);
  const megabytes = Math.round((bytesEach * ids) / 1e6).toLocaleString('en');
  const left = (ids - made).toLocaleString('en');
  return `extrapolated, not measured: where dead ones keep theirs, ${left} ids are left, and ${share} % are gone; as many dead cgroups as there are ids would hold ${megabytes} MB`;
}
