import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type Cell, neededLevel } from '../../../harness/core/cell.ts';
import type { ContainerChurnObservations } from '../../container-churn/observations.ts';

const values = z.record(z.string(), z.array(z.number()));
const recorded = z.array(
  z.strictObject({
    scenario: z.enum(['kmem-slab', 'container-churn']),
    cell: z.record(z.string(), z.string()),
    doses: z.array(z.number()),
    memory: z.boolean(),
    idle: values,
    series: values,
    afterDropCaches: z.number(),
    afterLettingGo: z.number(),
  }),
);

/** The readings of a cell of either scenario, as the lab gets them on 3.10. */
type Seen = Pick<
  ContainerChurnObservations,
  'release' | 'commandLine' | 'cgroups' | 'series' | 'idle' | 'back' | 'kernelLog'
>;

/** A cell that was run on the kernel. */
export interface Recorded {
  scenario: 'kmem-slab' | 'container-churn';
  cell: Cell;
  seen: Seen;
}

const units: Readonly<Record<string, [unit: string, granularity: number]>> = {
  'dying-cgroups': ['cgroups', 1],
  'slab-ids': ['ids', 1],
  'slab-copies': ['copies', 1],
  unreclaimable: ['bytes', 4096],
  'slab-unreclaimable': ['bytes', 4096],
  percpu: ['bytes', 4096],
};

/**
 * Cells that were run on a real CentOS 3.10.0-514 in QEMU on 2026-11-25 and 26. Bytes, ids and copies are as they were read; ids and copies only in
 * the runs of containers, where a patched lab read them under other names. No cgroup was dying in any of them, and no reading had a Percpu.
 */
export function recordedOn514(): Recorded[] {
  const text = readFileSync(path.join(import.meta.dirname, 'kernel-3.10.0-514.json'), 'utf8');
  return recorded.parse(JSON.parse(text)).map(({ scenario, cell, doses, memory, ...one }) => {
    const per = scenario === 'kmem-slab' ? 'cgroup' : 'container';
    const seriesOf = (read: z.infer<typeof values>) => {
      const bytes = read['slab-unreclaimable'] ?? [];
      const all = { 'dying-cgroups': doses.map(() => 0), unreclaimable: bytes, ...read };
      const series = Object.entries(all).map(([metric, readings]) => {
        const [unit = '', granularity = 1] = units[metric] ?? [];
        const points = readings.map((value, index) => ({ dose: doses[index] ?? 0, value }));
        return { metric, unit, per, granularity, points };
      });
      const missing = doses.map((dose) => ({ dose, missing: 'the probe gave no such value' }));
      return [...series, { metric: 'percpu', unit: 'bytes', per, granularity: 4096, points: missing }];
    };
    const bytes = one.series['slab-unreclaimable'] ?? [];
    const ids = one.series['slab-ids'];
    const reading = (value = 0, id?: number) => ({
      'dying-cgroups': 0,
      unreclaimable: value,
      'slab-unreclaimable': value,
      ...(id !== undefined && { 'slab-ids': id }),
    });
    return {
      scenario,
      cell,
      seen: {
        release: neededLevel(cell, 'kernel') ?? '',
        commandLine: 'console=ttyS0 panic=-1 quiet',
        cgroups: { root: memory ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup/pids', version: 1, memory },
        series: seriesOf(one.series),
        idle: seriesOf(one.idle),
        back: {
          before: reading(bytes[0], ids?.[0]),
          peak: reading(bytes.at(-1), ids?.at(-1)),
          afterDropCaches: reading(one.afterDropCaches, ids?.at(-1)),
          afterLettingGo: reading(one.afterLettingGo, ids?.at(-1)),
        },
        kernelLog: [],
      },
    };
  });
}
