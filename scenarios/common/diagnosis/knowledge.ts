import type { RemedyAdvice } from '../../../harness/diagnose/model/finding.ts';
import type { DyingCgroup, Knowledge, ParameterFate } from '../../../harness/diagnose/model/knowledge.ts';
import { compareVersions, isBefore } from '../../../harness/core/version.ts';
import { dockerNames } from '../../../vms/docker-builds.ts';
import { kernelRecipes } from '../../../vms/kernels.ts';
import { expectationOf as parameterExpectation } from '../../boot-parameter/expected.ts';
import { churnExpectation } from '../../container-churn/expected.ts';
import { expectationOf as kmemExpectation } from '../../kmem-slab/expected.ts';
import { eraOf } from '../lost-namespace-eras.ts';
import { remedies } from '../../remedies/remedies.ts';
import { expectationOf as remedyExpectation } from '../../remedies/expected.ts';
import { typedCommand } from '../../../harness/core/typed-command.ts';

/** The measurements of the scenarios, for a diagnosis. */
export const knowledge: Knowledge = {
  lostAnswer(version) {
    if (version === '') return undefined;
    const era = eraOf(version, '');
    const answer = era?.stats;
    return era && (answer === 'hangs' || answer === 'zeroed') ? { answer, reference: era.reference } : undefined;
  },
  remediesOfLoss: (answer) => rankedRemedies(answer),
  attachFault: attachFaultOf,
  accountsKernelMemory(version) {
    const { accounting } = churnExpectation('3.10.0-514.el7', {
      docker: version,
      workload: 'nothing',
      bootParameters: 'none',
      limit: 'memory',
    });
    return accounting === undefined ? undefined : accounting === 'on';
  },
  keepsSlabs(release) {
    const { verdict } = kmemExpectation(release, { workload: 'files-kept', kmem: 'on', bootParameters: 'none' });
    if (!isBefore(release, '4.0')) return verdict === 'leak' && isBefore(release, '5.9') ? true : undefined;
    return verdict === undefined ? undefined : verdict === 'leak';
  },
  parameterFate(release, parameter): ParameterFate {
    const { fate, known } = parameterExpectation(parameter, release);
    if (fate === 'effective') return 'effective';
    return fate === 'ignored' || known === false ? 'ignored' : undefined;
  },
  dyingCgroup: dyingCgroupOf,
  remediesOfKernelMemory: kernelRemedies,
  nearestBuild: (version) => nearest(version, dockerNames, '20.10.24'),
  nearestKernel: (release) =>
    nearest(
      release,
      kernelRecipes.map(({ name }) => name).filter((name) => /^\d/.test(name)),
      '6.1',
    ),
};

/** The remedies of the scenario, with their effect on a daemon of that era, as `rankRemedies` orders measured ones. */
function rankedRemedies(answer: 'hangs' | 'zeroed'): RemedyAdvice[] {
  const rated = remedies.flatMap(({ name, commands, restartsDaemon }) => {
    if (name === 'none' || name === 'restarted') return [];
    const effect = remedyExpectation(name, answer);
    const isHealed = effect.answer === 'values';
    const isImproved = effect.answer !== answer;
    const stopsLeak = answer === 'hangs' && effect.slope === 'no-leak';
    const lasts = effect.later.answer === effect.answer && effect.fresh === 'nsfs';
    const advice: RemedyAdvice = {
      name,
      heals: isHealed ? 'fully' : stopsLeak ? 'leak-only' : isImproved ? 'partly' : 'no',
      ...(effect.later.answer !== undefined && { lasts: isHealed || stopsLeak ? lasts : effect.fresh === 'nsfs' }),
      breaks: [
        ...(effect.containersKept === false ? (['containers-restart'] as const) : []),
        ...(restartsDaemon ? (['daemon-restarts'] as const) : []),
        ...(effect.answer === 'no-networks' ? (['stats-without-networks'] as const) : []),
      ],
      commands: [...commands],
      source: `${effect.reference} (scenario remedies)`,
    };
    const score = [+isHealed, +stopsLeak, +lasts, +isImproved, +(effect.fresh === 'nsfs'), -advice.breaks.length];
    return [{ advice, score }];
  });
  return rated
    .filter(({ advice }) => advice.heals !== 'no' || advice.name === 'flags-removed')
    .toSorted((a, b) => compareScores(b.score, a.score))
    .map(({ advice }) => advice);
}

function compareScores(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

/**
 * Whether a docker keeps attaches that were abandoned: measured on 20.10.24 and 26.1.5, which do, and 28.5.2, which does not (moby issues 37182
 * and 48236, PR 45052). Between those two the first build without the fault is not known.
 */
function attachFaultOf(version: string): { keeps: boolean; fixedIn: string } | undefined {
  const fixedIn = '28.5.2';
  if (!isBefore(version, fixedIn)) return { keeps: false, fixedIn };
  const measured = !isBefore(version, '20.10') && compareVersions(version, '26.1.99') < 0;
  return measured ? { keeps: true, fixedIn } : undefined;
}

/**
 * Measured on 1, 2 and 4 CPUs (`kmem-slab --only cpus=1,2,4,workload=page-cache`, 2026-11-26): 6.12 comes to 75,081 bytes on 32 CPUs, as public
 * reports have it. 6.18 was measured on 2 CPUs alone; the share of a CPU is that of 6.12. On 7.2 nothing stays.
 */
const dying: readonly { from: string; before: string; of: DyingCgroup }[] = [
  {
    from: '5.10',
    before: '5.11',
    of: { base: 10_254, perCpu: 3244, holders: ['kernel-memory', 'tmpfs', 'page-cache'] },
  },
  { from: '6.1', before: '6.2', of: { base: 15_551, perCpu: 2378, holders: ['tmpfs', 'page-cache'] } },
  { from: '6.12', before: '6.13', of: { base: 14_988, perCpu: 1878, holders: ['tmpfs', 'page-cache'] } },
  { from: '6.18', before: '6.19', of: { base: 15_244, perCpu: 1878, holders: ['tmpfs', 'page-cache'] } },
];

function dyingCgroupOf(release: string): DyingCgroup | undefined {
  return dying.find(({ from, before }) => !isBefore(release, from) && isBefore(release, before))?.of;
}

const kmemSource = 'scenarios kmem-slab and container-churn';

/** The remedies on a kernel, best first; without an effect where it was not measured. */
function kernelRemedies(release: string): RemedyAdvice[] {
  const copies = isBefore(release, '4.0');
  const nokmem = parameterExpectation('nokmem', release).fate;
  const pinned = dyingCgroupOf(release)?.holders ?? [];
  const byKernelMemory = copies || pinned.includes('kernel-memory');
  const nokmemHeals =
    nokmem === 'ignored'
      ? 'no'
      : nokmem !== 'effective'
        ? undefined
        : !byKernelMemory
          ? 'no'
          : copies
            ? 'fully'
            : 'partly';
  const list: RemedyAdvice[] = [
    {
      name: 'disable-memory',
      heals: 'fully',
      lasts: true,
      breaks: ['host-reboots', 'memory-limits'],
      commands: [typedCommand('lab', 'kernel', 'advise', 'cgroup_disable=memory')],
      source: kmemSource,
    },
    {
      name: 'nokmem',
      ...(nokmemHeals !== undefined && { heals: nokmemHeals }),
      lasts: true,
      breaks: ['host-reboots'],
      commands: [typedCommand('lab', 'kernel', 'advise', 'cgroup.memory=nokmem')],
      source: kmemSource,
    },
    {
      name: 'kernel-upgraded',
      heals: 'fully',
      lasts: true,
      breaks: ['host-reboots'],
      commands: [copies ? 'install a kernel from 4.4 on (ELRepo kernel-lt)' : 'install a kernel from 7.2 on'],
      source: copies ? 'measured on 4.4.178' : 'measured on 7.2.13',
    },
    ...(copies
      ? [
          {
            name: 'docker-without-accounting' as const,
            heals: 'fully' as const,
            lasts: true,
            breaks: ['daemon-restarts' as const],
            commands: ['install docker 20.10.24, whose runc does not account kernel memory'],
            source: 'measured on 3.10.0-514 with dockers 1.13.1 to 20.10.24',
          },
        ]
      : [
          {
            name: 'files-removed' as const,
            heals: 'partly' as const,
            lasts: false,
            breaks: [],
            commands: [
              'find and remove what removed containers left on tmpfs, /dev/shm first',
              'sync; echo 1 > /proc/sys/vm/drop_caches   # page cache of disks, in part',
            ],
            source: 'drop_caches releases no cgroup that tmpfs or a pipe holds; removing the file does',
          },
        ]),
  ];
  const worth = { fully: 0, 'leak-only': 1, partly: 2, no: 4 } as const;
  const order = ({ heals, breaks }: RemedyAdvice) => (heals === undefined ? 3 : worth[heals]) * 10 + breaks.length;
  return list.toSorted((a, b) => order(a) - order(b));
}

/** The name whose version is nearest from below, or the first above. */
function nearest(version: string, names: readonly string[], otherwise: string): string {
  if (version === '') return otherwise;
  const sorted = names.filter((name) => /^\d/.test(name)).toSorted(compareVersions);
  const series = version.split('.').slice(0, 2).join('.');
  return (
    sorted.find((name) => version === name || version.startsWith(`${name}-`)) ??
    sorted.findLast((name) => name.startsWith(`${series}.`) || name === series) ??
    sorted.findLast((name) => compareVersions(name, version) <= 0) ??
    sorted[0] ??
    otherwise
  );
}
