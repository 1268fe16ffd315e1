import type { CgroupRoot } from '../../evidence/cgroup-root.ts';
import type { CgroupSlabs } from '../../evidence/cgroup-slabs.ts';
import type { GiveBack } from '../../evidence/give-back.ts';
import type { KmemAccounting } from '../../evidence/kmem-accounting.ts';
import type { SlabCache } from '../../evidence/slab-growth.ts';
import { html, type Html, type Part } from '../markup/html.ts';
import { number, numberOr, quantity, rowsOf } from './renderer.ts';

/** Caches that have grown. */
export function slabTable(what: string, caches: readonly SlabCache[]): Html | undefined {
  const rows = caches.map(({ name, copies, dangling, bytes }) => [
    html`<code>${name}</code>`,
    number(bytes),
    number(copies),
    numberOr(dangling),
  ]);
  return rowsOf(what, ['slab cache', 'bytes more', 'copies more', 'links to copies that are gone'], rows);
}

/** The amount that removed cgroups hold, step by step. */
export function giveBackTable(what: string, back: GiveBack): Html | undefined {
  const steps = {
    'before the doses': back.before,
    'at the last dose': back.peak,
    'caches dropped': back.afterDropCaches,
    'all that was left removed': back.afterLettingGo,
  };
  const rows = Object.entries(steps).map(([name, held]) => [
    name,
    number(held['dying-cgroups']),
    numberOr(held['slab-ids']),
    number(held.unreclaimable),
    numberOr(held['slab-unreclaimable']),
  ]);
  return rowsOf(
    what,
    ['when', 'dying cgroups', 'ids of slab copies', 'unreclaimable bytes', 'of these in slabs'],
    rows,
  );
}

/** The accounting of kernel memory, in a line. */
export function accountingFact(seen: KmemAccounting): Part {
  if (seen.state === 'absent') return 'there is no memory controller';
  const { state, chargedBytes, limitBytes, memoryLimitBytes } = seen;
  const limit = (bytes: number | undefined) => (bytes === undefined ? 'none' : quantity(bytes, 'bytes'));
  return `${state}, ${quantity(chargedBytes, 'bytes')} charged; limit of memory: ${limit(memoryLimitBytes)}, of kernel memory: ${limit(limitBytes)}`;
}

/** The slab caches of one cgroup, in a line. */
export function cgroupSlabsFact(seen: CgroupSlabs): Part {
  if (seen.state === 'listed') return `${number(seen.caches)} slab caches, ${quantity(seen.bytes, 'bytes')}`;
  return {
    absent: 'there is no such file',
    empty: 'empty: cgroups share the slab caches',
    refused: 'cannot be read: kernel memory is not accounted',
  }[seen.state];
}

/** The hierarchy of cgroups, in a line. */
export function cgroupRootFact({ root, version, memory }: CgroupRoot): Part {
  return html`<code>${root}</code>, v${version}, memory is ${memory ? '' : 'not '}charged to it`;
}
