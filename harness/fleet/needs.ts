import { isBefore } from '../core/version.ts';
import type { HostRecord, Needs } from './records.ts';

/** Kinds of machine whose cells share the host's kernel, and so its cgroups. */
const sharesKernel: ReadonlySet<string> = new Set(['local', 'container']);

/**
 * The needs of a cell.
 *
 * @param daemon name of the catalogue; `dind:VERSION` and `replica+FIX`, too
 */
export function needsOf(
  cell: { machine: string; memoryBytes: number } & Partial<Record<'daemon' | 'kernel', string>>,
): Needs {
  const { machine, memoryBytes, daemon, kernel } = cell;
  return {
    machine,
    memoryBytes,
    abilities: sharesKernel.has(machine) && daemon !== undefined ? abilitiesFor(daemon.replace(/^dind:/, '')) : [],
    ...(daemon !== undefined && { daemon }),
    ...(kernel !== undefined && { kernel }),
  };
}

/** As machine-limits.ts has it: cgroup v2 since 20.10, and a containerd that insists on OOM scores in 18.09. */
function abilitiesFor(daemon: string): Needs['abilities'] {
  if (!isBefore(daemon, '20.10')) return [];
  return isBefore(daemon, '18.09') ? ['cgroup-1'] : ['cgroup-1', 'oom-scores'];
}

/** Something that a host lacks for a cell. */
export type Lack =
  | { lack: 'machine'; kind: string; missing: HostRecord['machines'][number]['missing'] }
  | { lack: 'memory'; needs: number; has: number }
  | { lack: 'ability'; ability: Needs['abilities'][number] };

/** The part of a host's memory that cells may use, as cells of one run may. */
export const usableMemory = 0.8;

/** Everything that a host lacks for cells with these needs; nothing when it can run them. Pure. */
export function lacksOf({ machines, memoryBytes }: HostRecord, needs: Needs): Lack[] {
  const machine = machines.find(({ kind }) => kind === needs.machine);
  if (machine?.description === undefined)
    return [{ lack: 'machine', kind: needs.machine, missing: machine?.missing ?? [] }];
  const usable = Math.floor(memoryBytes * usableMemory);
  const { limits } = machine.description;
  const absent = { 'cgroup-1': 'no-cgroup-1', 'oom-scores': 'no-oom-scores' } as const;
  return [
    ...(usable < needs.memoryBytes ? [{ lack: 'memory' as const, needs: needs.memoryBytes, has: usable }] : []),
    ...needs.abilities
      .filter((ability) => limits.includes(absent[ability]))
      .map((ability) => ({ lack: 'ability' as const, ability })),
  ];
}

/** Whether a host has all builds and kernels of a cell in its cache. Pure. */
export function hasCached({ cached }: Pick<HostRecord, 'cached'>, { daemon, kernel }: Needs): boolean {
  return (
    (daemon === undefined || daemon.startsWith('replica') || cached.daemons.includes(daemon)) &&
    (kernel === undefined || cached.kernels.includes(kernel))
  );
}

/** A lack for people. */
export function lackWords(lack: Lack): string {
  if (lack.lack === 'machine') {
    const missing = lack.missing.map(({ what, found }) => `${what} (found: ${found})`).join('; ');
    return `the machine ${lack.kind} cannot run there${missing === '' ? '' : `; missing: ${missing}`}`;
  }
  if (lack.lack === 'memory') {
    return `the cell needs ${mebibytes(lack.needs)} of memory, and cells may use ${mebibytes(lack.has)} there`;
  }
  return abilityWords[lack.ability];
}

const abilityWords: Readonly<Record<Needs['abilities'][number], string>> = {
  'cgroup-1': 'dockers before 20.10 need cgroup v1, and that host has cgroup v2 alone',
  'oom-scores': 'docker 18.09 needs CAP_SYS_RESOURCE, which is missing there',
};

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / (1 << 20)).toLocaleString('en')} MiB`;
}
