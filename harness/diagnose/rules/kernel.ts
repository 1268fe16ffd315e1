import { isBefore } from '../../core/version.ts';
import type { Fact } from '../model/facts.ts';
import type { HostEvidence, Sample } from '../model/evidence.ts';
import type { DyingCgroup, Knowledge } from '../model/knowledge.ts';
import { grows, rateOf } from '../model/rate.ts';
import { dyingOf, dyingQuantity, mostMemoryCgroups, slabIdsQuantity } from './quantities.ts';
import { finding, logFacts, missing, unknown, versionOf, type Rule } from './rule.ts';

/** The three fixes that are recommended, by the name that the scenarios have for them. */
const parameters = [
  { parameter: 'cgroup.memory=nokmem', name: 'nokmem' },
  { parameter: 'cgroup_disable=memory', name: 'disable-memory' },
] as const;

/** Whether words of a command line contain a parameter; `cgroup.memory=nokmem,nosocket` has two values. */
function hasParameter(words: readonly string[], parameter: string): boolean {
  const [key = '', value = ''] = parameter.split('=');
  return words.some((word) => {
    const [name = '', values = ''] = word.split('=');
    return name === key && values.split(',').includes(value);
  });
}

/** The values of `cgroup.memory=` (memcontrol.c, cgroup_memory). */
const cgroupMemoryValues: ReadonlySet<string> = new Set(['nokmem', 'nosocket', 'nobpf']);

/** Values that are close to a known one, and are ignored in silence: one letter more, less or another. */
function misspelt(words: readonly string[]): Fact[] {
  return words.flatMap((word): Fact[] => {
    const [name = '', values = ''] = word.split('=');
    if (name === 'cgroup.memory') {
      return values
        .split(',')
        .filter((value) => !cgroupMemoryValues.has(value))
        .map(() => ({ fact: 'misspelt-parameter', word, meant: 'cgroup.memory=nokmem' }));
    }
    if (/^cgroup[_.-]?(?:mem\w*|disabled?)$/.test(name) && name !== 'cgroup_disable') {
      const meant = name.includes('disable') ? 'cgroup_disable=memory' : 'cgroup.memory=nokmem';
      return [{ fact: 'misspelt-parameter', word, meant }];
    }
    return [];
  });
}

/** The state of each recommended boot parameter on this host. */
function parameterFacts({ host }: HostEvidence, knowledge: Knowledge): Fact[] {
  const { kernel = '', commandLine = [], bootWords = [] } = host;
  const states = parameters.map(({ parameter, name }): Fact => {
    const booted = hasParameter(commandLine, parameter);
    const configured = bootWords.find(({ word }) => hasParameter([word], parameter));
    const fate = knowledge.parameterFate(kernel, name);
    const file = configured && { file: configured.file };
    if (!booted)
      return { fact: 'boot-parameter', parameter, state: configured ? 'configured-not-booted' : 'absent', ...file };
    const state = fate === 'effective' ? 'effective' : fate === 'ignored' ? 'unknown-to-kernel' : 'present';
    return { fact: 'boot-parameter', parameter, state, ...file };
  });
  return [...states, ...misspelt([...commandLine, ...bootWords.map(({ word }) => word)])];
}

/** Whether the memory controller is off: nothing is charged to any cgroup then. */
function memoryIsOff({ samples, host }: HostEvidence): boolean {
  const memory = samples.at(-1)?.cgroups?.['memory'];
  return memory ? !memory.enabled : hasParameter(host.commandLine ?? [], 'cgroup_disable=memory');
}

/** Ids of cgroups that are left in the names of slab caches, beyond those that exist, from which on it is a leak. */
const manyIds = 50;

/** Since Linux 5.9 cgroups share the slab caches (commit 9855609bde03): there are no copies. */
const sharedSince = '5.9';

/** Slab caches of removed memory cgroups, on kernels that copy them: 3.10 of CentOS. */
export const kmemSlab: Rule = {
  problem: 'kmem-slab',
  judge(evidence, knowledge) {
    const { kernel } = evidence.host;
    if (kernel === undefined) return unknown(evidence, ['host/uname']);
    const release = { fact: 'kernel', release: kernel } as const;
    if (!isBefore(kernel, sharedSince)) return finding('not-affected', { facts: [release] });
    const last = evidence.samples.at(-1);
    const facts: Fact[] = [
      release,
      ...parameterFacts(evidence, knowledge),
      ...logFacts(evidence.logs.kernel, 'slub-failure'),
    ];
    if (memoryIsOff(evidence)) return finding('not-affected', { facts });
    const { slabNames, directories, memory } = last ?? {};
    const bytes = memory?.['SUnreclaim'];
    if (bytes !== undefined) facts.push({ fact: 'unreclaimable-slab', bytes });
    const remedies = knowledge.remediesOfKernelMemory(kernel);
    const reproduce = ['scenario', 'kmem-slab', '--kernel', knowledge.nearestKernel(kernel)];
    const living = directories?.['memory'];
    if (slabNames && living !== undefined) {
      facts.push({ fact: 'slab-ids', ids: slabNames.ids, directories: living, copies: slabNames.copies });
      if (slabNames.ids - living >= manyIds) {
        return finding('affected', { facts, remedies, reproduce, rates: [rateOf(evidence, slabIdsQuantity)] });
      }
    }
    const keeps = knowledge.keepsSlabs(kernel);
    const version = versionOf(evidence);
    const accounts = version === undefined ? undefined : knowledge.accountsKernelMemory(version);
    if (version !== undefined) facts.push({ fact: 'docker-version', version });
    if (keeps === true && accounts !== false) return finding('exposed', { facts, remedies, reproduce });
    if (!slabNames || living === undefined)
      return unknown(evidence, ['samples/1/slab-names', 'samples/1/directories'], facts);
    return finding('not-affected', { facts });
  },
};

/**
 * Dying cgroups from which on a host is affected, and from which on it is exposed, or affected where they grow: a healthy host has some
 * dozens for minutes, 1,000 cost 13 to 19 MB and 1.5 % of the ids.
 */
const [manyDying, someDying] = [1000, 200];

/** Dying cgroups of a controller that are shown: fewer come and go. */
const shownDying = 20;

/**
 * Dying cgroups of controllers other than memory: on v2 those that count them (cgroup.stat since Linux 6.12), on v1 those whose hierarchy's
 * directories were counted.
 */
function byController({ cgroupStat = {}, cgroups = {}, directories = {} }: Sample): Fact[] {
  const v2 = Object.entries(cgroupStat).flatMap(([name, dying]) => {
    const controller = /^nr_dying_subsys_(\w+)$/.exec(name)?.[1];
    return controller === undefined
      ? []
      : [{ controller, dying, directories: cgroupStat[`nr_subsys_${controller}`] ?? 0 }];
  });
  const v1 = Object.entries(directories).flatMap(([controller, living]) => {
    const known = cgroups[controller];
    return known?.enabled ? [{ controller, dying: known.count - living, directories: living }] : [];
  });
  return [...v2, ...v1]
    .filter(({ controller, dying }) => controller !== 'memory' && dying >= shownDying)
    .map((one) => ({ fact: 'dying-cgroups', ...one }));
}

function pinnedBy({ holders }: DyingCgroup, { Shmem: shmem, Cached: cached }: Readonly<Record<string, number>>): Fact {
  return {
    fact: 'pinned-by',
    holders: [...holders],
    ...(shmem !== undefined && { shmemBytes: shmem }),
    ...(cached !== undefined && { cachedBytes: cached }),
  };
}

function costOf({ base, perCpu }: DyingCgroup, dying: number, cpus: number): Fact {
  const each = base + perCpu * cpus;
  return { fact: 'cgroup-cost', bytes: dying * each, each, cpus };
}

/** Memory cgroups that are removed and stay: held by page cache, tmpfs or kernel memory that was charged to them. */
export const dyingCgroups: Rule = {
  problem: 'dying-cgroups',
  judge(evidence, knowledge) {
    const { kernel, cpus } = evidence.host;
    const last = evidence.samples.at(-1);
    const facts: Fact[] = [
      ...(kernel === undefined ? [] : [{ fact: 'kernel', release: kernel } as const]),
      ...logFacts(evidence.logs.kernel, 'cgroup-refused'),
      ...logFacts(evidence.logs.daemon, 'cgroup-refused'),
    ];
    if (!last) return unknown(evidence, ['samples/1/time'], facts);
    if (memoryIsOff(evidence))
      return finding('not-affected', { facts: [...facts, ...parameterFacts(evidence, knowledge)] });
    const counted = dyingOf(last);
    if (!counted) {
      const files = ['samples/1/cgroups', 'samples/1/cgroup-stat', 'samples/1/directories'];
      const isRead = missing(evidence, 'samples/1/directories').length === 0 && last.directories !== undefined;
      if (!isRead) return unknown(evidence, files, facts);
      // The collector saw a part of the hierarchy only.
      return finding('unknown', { facts, missing: [{ file: 'samples/1/directories', because: 'not-the-host' }] });
    }
    facts.push({ fact: 'dying-cgroups', controller: 'memory', ...counted }, ...byController(last));
    if (counted.dying < someDying) return finding('not-affected', { facts });
    const rate = rateOf(evidence, dyingQuantity(evidence));
    const known = kernel === undefined ? undefined : knowledge.dyingCgroup(kernel);
    const { memory = {} } = last;
    const percpu = memory['Percpu'];
    return finding(counted.dying >= manyDying || grows(rate) ? 'affected' : 'exposed', {
      facts: [
        ...facts,
        { fact: 'memcg-ids', used: counted.dying + counted.directories, of: mostMemoryCgroups },
        ...(known ? [costOf(known, counted.dying, cpus?.possible ?? 1)] : []),
        ...(percpu === undefined ? [] : [{ fact: 'percpu-memory', bytes: percpu } as const]),
        ...(known ? [pinnedBy(known, memory)] : []),
        ...parameterFacts(evidence, knowledge),
      ],
      rates: [rate],
      remedies: knowledge.remediesOfKernelMemory(kernel ?? ''),
      ...(kernel !== undefined && {
        reproduce: ['scenario', 'kmem-slab', '--kernel', knowledge.nearestKernel(kernel)],
      }),
    });
  },
};
