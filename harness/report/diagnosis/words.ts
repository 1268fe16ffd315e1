import type { ItemStatus } from '../../diagnose/model/bundle.ts';
import type { Culprit, FindingState, Missing, Problem, Rate, RemedyAdvice } from '../../diagnose/model/finding.ts';

/** A short name of each problem, and its meaning for the host. */
export const problemWords: Readonly<Record<Problem, { title: string; meaning: string }>> = {
  'lost-namespaces': {
    title: 'lost network namespaces',
    meaning: 'dockerd can no longer reach the network of running containers',
  },
  'hanging-stats': {
    title: 'stats calls that never end',
    meaning: 'each stats call keeps a connection, goroutines and memory in dockerd',
  },
  'zeroed-stats': { title: 'stats of zeroes', meaning: 'stats calls are answered with zeroes instead of values' },
  'stalled-collector': {
    title: 'stalled containerd',
    meaning: 'dockerd waits for containerd, and stats calls wait with it',
  },
  'attach-leak': {
    title: 'abandoned attaches',
    meaning: 'dockerd keeps 5 goroutines and a file for each attach whose client has gone, until the container ends',
  },
  'piled-connections': { title: 'connections that pile up', meaning: 'clients keep connections to dockerd open' },
  'duplicate-addresses': { title: 'duplicate addresses', meaning: 'running containers have the same address' },
  'partial-restore': {
    title: 'networks restored in part',
    meaning: 'after a restart of dockerd stats have no networks, and DNS may fail in containers',
  },
  'unseen-mounts': {
    title: 'mounts that containerd does not see',
    meaning: 'new containers cannot start: MountFlags hides the mounts of dockerd from containerd',
  },
  'kmem-slab': {
    title: 'slab caches of removed cgroups',
    meaning: 'the kernel keeps slab caches for each container that has ended',
  },
  'dying-cgroups': {
    title: 'dying memory cgroups',
    meaning: 'removed cgroups stay in the kernel, with memory and an id each',
  },
  'file-limit': {
    title: 'limit of open files',
    meaning: 'at its limit dockerd takes no connection and starts no container',
  },
  'device-busy': {
    title: 'device or resource busy',
    meaning: 'directories of removed containers cannot be removed while another mount namespace has them',
  },
};

/** The word of each state, and its sign. */
export const stateWords: Readonly<
  Record<FindingState, { word: string; sign: string; colour: 'red' | 'yellow' | 'green' | 'dim' }>
> = {
  affected: { word: 'affected', sign: '✘', colour: 'red' },
  exposed: { word: 'exposed', sign: '!', colour: 'yellow' },
  unknown: { word: 'unknown', sign: '?', colour: 'dim' },
  'not-affected': { word: 'not affected', sign: '✔', colour: 'green' },
};

/** How to get evidence that is missing. */
export const missingWords: Readonly<Record<Missing['because'], string>> = {
  cut: 'it was longer than its limit',
  timeout: 'it took longer than its limit',
  skipped: 'the time of the collection was used up, or dockerd does not answer',
  'needs-root': 'run the collector as root',
  'needs-docker': 'run the collector as root or in the group docker',
  'not-available': 'this host does not have it',
  'not-taken': 'take a bundle with the collector',
  'not-readable': 'it is not what the collector writes: see below',
  'not-the-host': 'the collector ran in a container: run it on the host itself',
  'needs-deep': 'run the collector with --deep',
  'not-measured': 'it was read, but no measurement of the lab decides it',
};

/** The status of an item in words, for the list of what is incomplete. */
export const statusWords: Readonly<Record<ItemStatus, string>> = {
  ok: 'taken',
  empty: 'nothing of the kind',
  cut: 'cut at its limit of bytes',
  timeout: 'cut at its limit of time',
  skipped: 'skipped',
  'needs-root': 'requires root',
  'needs-docker': 'requires root or the group docker',
  'not-available': 'not available',
};

const healWords = {
  fully: 'heals',
  'leak-only': 'stops the leak; what is lost stays lost',
  partly: 'helps in part',
  no: 'does not help by itself',
} as const;

const breakWords: Readonly<Record<RemedyAdvice['breaks'][number], string>> = {
  'containers-restart': 'restarts containers',
  'daemon-restarts': 'restarts dockerd',
  'host-reboots': 'requires a reboot',
  'memory-limits': 'memory limits of containers no longer work',
  'stats-without-networks': 'stats come without networks',
};

/** Each remedy as something to do. */
export const remedyWords: Readonly<Record<RemedyAdvice['name'], string>> = {
  'client-fixed': 'replace the client by one that gives up and closes its connections',
  'flags-removed': 'remove MountFlags from the unit, and restart dockerd',
  'containers-restarted': 'restart the containers',
  'network-connect': 'connect the containers to their network again',
  'network-disconnect': 'disconnect the containers from their network',
  'namespaces-mounted-again': 'mount the network namespaces again, and restart dockerd',
  'flags-removed+containers-restarted': 'remove MountFlags from the unit, and restart the containers',
  'flags-removed+namespaces-mounted-again': 'remove MountFlags from the unit, and mount the network namespaces again',
  upgraded: 'upgrade docker',
  'docker-upgraded': 'upgrade docker',
  'containers-ended': 'restart the container that the clients attached to',
  'containerd-continued': 'let containerd run again',
  'limit-raised': 'raise the limit of open files',
  'may-detach-mounts': 'set fs.may_detach_mounts',
  'disable-memory': 'turn the memory controller off',
  nokmem: 'turn the accounting of kernel memory off',
  'kernel-upgraded': 'upgrade the kernel',
  'docker-without-accounting': 'install a docker that does not account kernel memory',
  'files-removed': 'remove the files that hold the cgroups',
};

/** One line: the effect of a remedy, how long it lasts, what it breaks. */
export function remedyEffect({ heals, lasts, breaks }: RemedyAdvice): string {
  return [
    heals === undefined ? 'effect not measured here' : healWords[heals],
    ...(lasts === undefined ? [] : [lasts ? 'lasts' : 'until the next restart']),
    ...breaks.map((one) => breakWords[one]),
  ].join(' · ');
}

/** `agent (process 412, user 0, container web, 2 d old): 3,000 connections, 99 %` */
export function culpritLine({ pid, command, user, age, container, unit, connections, share }: Culprit): string {
  const about = [
    `process ${pid}`,
    ...(user === undefined ? [] : [`user ${user}`]),
    ...(container ? [`container ${container.name ?? container.id.slice(0, 12)}`] : []),
    ...(unit === undefined ? [] : [unit]),
    ...(age === undefined ? [] : [`started ${duration(age)} ago`]),
  ];
  const count = `${number(connections)} connection${connections === 1 ? '' : 's'}`;
  return `${command ?? 'a process that has ended'} (${about.join(', ')}): ${count}, ${Math.round(share * 100)} %`;
}

const metricWords: Readonly<Record<Rate['metric'], string>> = {
  connections: 'connections to dockerd',
  'dockerd-fds': 'open files of dockerd',
  'dockerd-rss': 'memory of dockerd',
  goroutines: 'goroutines of dockerd',
  'dying-cgroups': 'dying memory cgroups',
  'slab-ids': 'memory cgroups with slab caches',
};

const obstacleWords: Readonly<Record<Extract<Rate, { known: false }>['because'], string>> = {
  'one-sample': 'one sample shows no growth: take two with --samples 2',
  'daemon-restarted': 'dockerd was restarted between the samples',
  'host-rebooted': 'the host was rebooted between the samples',
  'too-short': 'the change is within chance and rounding: take a longer --interval',
  'not-read': 'it was not read',
};

/** The growth of a quantity and the time until its limit; or why it cannot be told. */
export function rateLine(rate: Rate): string {
  const name = metricWords[rate.metric];
  const now = rate.now === undefined ? '' : `${amount(rate.now, rate.unit)} now; `;
  if (!rate.known)
    return `${name}: ${now}growth cannot be told from ${duration(rate.seconds)}: ${obstacleWords[rate.because]}`;
  if (rate.low <= 0 && rate.high >= 0) {
    const most = amount(rate.high, rate.unit);
    return `${name}: ${now}no growth seen in ${duration(rate.seconds)} (less than ${most} per hour)`;
  }
  const interval = `${amount(rate.low, rate.unit)} to ${amount(rate.high, rate.unit)}`;
  return `${name}: ${now}${amount(rate.perHour, rate.unit)} per hour (95 %: ${interval})${untilLimit(rate)}`;
}

function untilLimit({ limit, unit }: Extract<Rate, { known: true }>): string {
  if (limit?.soonestHours === undefined) return '';
  const soonest = duration(limit.soonestHours * 3600);
  const latest = limit.latestHours === undefined ? undefined : duration(limit.latestHours * 3600);
  const when =
    latest === undefined
      ? `at the soonest in ${soonest}`
      : soonest === latest
        ? `in ${soonest}`
        : `in ${soonest} to ${latest}`;
  return `; reaches ${amount(limit.value, unit)} ${when}`;
}

/** `3.2 MB`, `1,200 files` */
function amount(value: number, unit: string): string {
  return unit === 'bytes' ? bytes(value) : number(Math.round(value));
}

/** An integer with its thousands marked. */
export function number(value: number): string {
  return english.format(value);
}

/** Made once: it is asked for each number of each host. */
const english = new Intl.NumberFormat('en');

/** Bytes in the unit that leaves one to three digits before the point. */
export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let [rest, step] = [value, 0];
  while (Math.abs(rest) >= 1000 && step < units.length - 1) {
    rest /= 1000;
    step++;
  }
  return `${step === 0 || Math.abs(rest) >= 100 ? Math.round(rest) : rest.toFixed(1)} ${units[step]}`;
}

/** `45 s`, `12 min`, `3.5 h`, `12 d` */
function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${(seconds / 3600).toFixed(1)} h`;
  const days = seconds / 86_400;
  return days < 1000 ? `${Math.round(days)} d` : 'more than 1,000 d';
}
