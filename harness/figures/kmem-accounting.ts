import type { KmemAccounting } from '../evidence/kmem-accounting.ts';

/** A figure: whether kernel memory is accounted, and the limits. */
export function describeKmemAccounting(seen: KmemAccounting): string {
  if (seen.state === 'absent') return 'kernel memory accounting: there is no memory controller';
  const bytes = (count: number | undefined) => (count === undefined ? 'none' : `${count.toLocaleString('en')} B`);
  const limits = `limit of memory: ${bytes(seen.memoryLimitBytes)}, of kernel memory: ${bytes(seen.limitBytes)}`;
  return `kernel memory accounting: ${seen.state}, ${bytes(seen.chargedBytes)} charged; ${limits}`;
}
