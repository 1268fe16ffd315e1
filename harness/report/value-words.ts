import type { Check, Fact, FactName } from '../judge/check.ts';
import type { Code, Value } from '../judge/value.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { SlopeFigure } from '../judge/verdict-record.ts';

const codeWords: Readonly<Record<Code, string>> = {
  values: 'values',
  'no-networks': 'no-networks',
  zeroed: 'zeroed',
  'gives-back': 'gives back',
  'gives-nothing-back': 'gives nothing back',
  agrees: 'agrees',
  differs: 'differs',
  refused: 'refused',
  hangs: 'hangs',
  mixed: 'mixed',
  silent: 'silent',
  nsfs: 'kept',
  lost: 'lost',
  gone: 'gone',
  'running-on': 'running on',
  'started-anew': 'started anew',
  stopped: 'stopped',
  started: 'started',
  'not-started': 'not started',
  reached: 'reached',
  'not-reached': 'not reached',
  known: 'known',
  forgotten: 'forgotten',
  free: 'free',
  'duplicate-ip': 'duplicate-ip',
  answered: 'answered',
  held: 'held',
  closed: 'closed',
  none: 'none',
  replaced: 'replaced',
  'waited-for': 'waited for',
  effective: 'effective',
  accepted: 'accepted',
  ignored: 'ignored',
  'not-refused': 'none refused',
  removed: 'removed',
  busy: 'busy',
  on: 'on',
  off: 'off',
  absent: 'absent',
  affected: 'affected',
  exposed: 'exposed',
  undecided: 'unknown',
  'not-affected': 'not affected',
  process: 'a process of the host',
  container: 'a container',
  'no-caller': 'none',
  'nothing-kept': 'nothing kept',
  'when-idle': 'given back when idle',
  'when-container-ends': 'given back when the container ends',
  'when-registry-ends': 'given back when the registry ends',
  'when-execs-collected': 'given back when dockerd forgets ended execs',
  never: 'never given back',
  alive: 'goes on',
  failed: 'failed',
};

/** A code as a person reads it. */
export function wordsOfCode(code: Code): string {
  return codeWords[code];
}

/** The facts of checks, as they are called in a table; `finding`, `slope` and `old` have names of their own. */
const factWords: Readonly<Record<Exclude<FactName, 'finding' | 'slope' | 'own' | 'old'>, string>> = {
  'network-namespaces': 'network namespaces',
  'restore-errors': 'restore errors',
  'populate-errors': 'sandboxes restored in part',
  'stats-calls': 'stats calls',
  'stats-streams': 'stats streams',
  'collecting-stats-logged': '"collecting stats" in the log',
  containers: 'containers',
  'container-starts': 'starts of containers',
  'next-start': 'start of the next container',
  'starts-after-remedy': 'starts of containers after the remedy',
  'starts-after-restart': 'starts of containers after the next restart',
  gateway: 'gateway',
  endpoints: 'endpoints',
  'next-address': 'next address',
  'host-gateway': 'host.docker.internal',
  'ipv6-addresses': 'IPv6 addresses',
  'next-ipv6-address': 'next IPv6 address',
  'calls-sent': 'calls sent',
  'soak-as-dose': 'slope of the soak beside that of the dose',
  'calls-answered': 'calls answered',
  'calls-failed': 'calls that failed',
  'calls-at-last-dose': 'calls at the last dose',
  'calls-done': 'calls answered or given up in the end',
  'calls-left': 'calls that the client left',
  'calls-left-unread': 'calls that the client left with bytes unread',
  'given-back': 'what was kept',
  'answers-after-release': 'answers after the release',
  'execs-asked': 'execs asked for',
  'execs-done': 'execs done',
  'execs-failed': 'execs that failed',
  'smallest-leak': 'smallest leak that would have been seen',
  'connections-ended': 'connections ended by the daemon',
  'top-caller': 'container with the most connections',
  'stopped-containerd': 'a stopped containerd',
  'stuck-calls': 'calls that hung',
  'remedy-refused': 'refused by the daemon',
  'call-before-remedy': 'one call before',
  'stats-call': 'one call',
  'call-after-restart': 'one call after the next restart',
  'netns-files': 'network namespaces',
  'netns-after-restart': 'network namespaces after the next restart',
  'fresh-container': 'a container started after the remedy, after the next restart',
  'cgroups-made': 'cgroups made',
  'cgroups-kept': 'removed cgroups that stay',
  'removed-cgroups': 'remains of removed cgroups',
  mkdir: 'mkdir',
  'drop-caches': 'drop_caches',
  'held-by': 'controllers that hold removed cgroups',
  'memory-limit': 'memory limit',
  'kmem-accounting': 'kernel memory accounting',
  'docker-rm': 'docker rm',
  'mounts-copied': 'copies of the container’s mounts in the other namespace',
  'container-gone': 'the container is gone',
  'parameter-effect': 'effect of the parameter',
  'parameter-known': 'the kernel image has its name',
  'parameter-in-cmdline': '/proc/cmdline has it',
  kernel: 'the kernel',
  'affected-by': 'affected by',
  'main-caller': 'main caller',
  'misspelt-parameter-named': 'the misspelt parameter is named',
  verdict: 'verdict',
};

/** The name of a check in a table. */
export function checkWords({ what, name = '' }: Pick<Check, 'what' | 'name'>): string {
  return what === 'finding' || what === 'slope' || what === 'own' || what === 'old' ? name : factWords[what];
}

/** A value beside the name of its check. */
// oxlint-disable-next-line consistent-return -- the compiler checks that the switch has every kind
export function valueWords(value: Value): string {
  switch (value.kind) {
    case 'unknown':
      return 'unknown';
    case 'flag':
      return value.is ? 'yes' : 'no';
    case 'count':
      // The name of the check says what is counted.
      return value.count === 0 ? 'none' : number(value.count);
    case 'share':
      return `${number(value.count)} of ${counted(value.of, value.unit)}`;
    case 'presence':
      return value.present ? 'some' : 'none';
    case 'codes':
      return value.codes.map(wordsOfCode).join(', ') || 'nothing';
    case 'tally':
      return value.counts.map(({ code, count }) => `${number(count)} ${codeWords[code]}`).join(', ') || 'nothing';
    case 'failures':
      return (
        Object.entries(value.counts)
          .map(([error, count]) => `${number(count)} with ${error}`)
          .join(', ') || 'none'
      );
    case 'limit':
      return value.bytes === undefined ? 'none' : `${Math.round(value.bytes / 2 ** 20)} MiB`;
    case 'name':
      return value.name ?? 'none';
    case 'names':
      return value.names.join(', ') || 'none';
    case 'verdict':
      return verdictWords(value);
    case 'seen-from':
      return limitWords(value.limits);
    case 'text':
      return value.text;
  }
}

/** The facts of a judgement in one line. */
export function summaryWords(facts: readonly Fact[] | undefined): string {
  return facts === undefined ? 'not known yet' : facts.map(shortFact).join(' · ');
}

/** The facts that the line of a cell says in other words than the table of checks; all others are their values alone. */
const shortWords: Readonly<Partial<Record<FactName, (words: string, value: Value) => string>>> = {
  'network-namespaces': (_words, value) => namespacesWords(value),
  'container-starts': (_words, value) => startsWords(value),
  'next-start': (words) => `next container ${words}`,
  'starts-after-remedy': (_words, value) => startsWords(value),
  'starts-after-restart': (_words, value) => `next restart: ${startsWords(value)}`,
  'stats-calls': (words) => `stats: ${words}`,
  'call-after-restart': (words) => `next restart: ${words}`,
  'stopped-containerd': (words) => `containerd ${words}`,
  'calls-done': (words) => `${words} answered or given up`,
  'cgroups-made': (words) => `${words} made`,
  'cgroups-kept': (words) => `${words} kept`,
  'held-by': (words) => `held by ${words}`,
  kernel: (words) => `the kernel ${words}`,
  'smallest-leak': (words) => `at least ${words} would have been seen`,
};

/** A fact in the line of a cell, whose reader knows the scenario. */
function shortFact({ what, value }: Fact): string {
  const words = value.kind === 'count' && value.count > 0 ? counted(value.count, value.unit) : valueWords(value);
  return shortWords[what]?.(words, value) ?? words;
}

/** `netns kept`, or `netns lost 1/3`. */
function namespacesWords(value: Value): string {
  if (value.kind !== 'tally') return valueWords(value);
  const sum = (counts: typeof value.counts) => counts.reduce((total, { count }) => total + count, 0);
  const lost = sum(value.counts.filter(({ code }) => code !== 'nsfs'));
  return lost === 0 ? 'netns kept' : `netns lost ${lost}/${sum(value.counts)}`;
}

/** `containers start`, `containers do not start`, or how many did. */
function startsWords(value: Value): string {
  const codes =
    value.kind === 'tally'
      ? value.counts.filter(({ count }) => count > 0).map(({ code }) => code)
      : value.kind === 'codes'
        ? value.codes
        : [];
  const [only, other] = codes;
  if (other === undefined && only === 'started') return 'containers start';
  return other === undefined && only === 'not-started' ? 'containers do not start' : `containers: ${valueWords(value)}`;
}

/** `leak: 1.000 fds, 32,234 heap-alloc bytes per call` */
function verdictWords({ verdict, slopes = [] }: Extract<Value, { kind: 'verdict' }>): string {
  const [first] = slopes;
  return first ? `${verdict}: ${slopes.map(slopeWords).join(', ')} per ${first.per}` : verdict;
}

function slopeWords({
  metric,
  unit,
  slope,
  margin,
}: NonNullable<Extract<Value, { kind: 'verdict' }>['slopes']>[number]) {
  const digits = (amount: number) => (unit === 'bytes' ? number(Math.round(amount)) : amount.toFixed(3));
  const within = margin === undefined ? '' : ` ± ${digits(margin)}`;
  // Go and the kernel count most things under the name of the metric; bytes are bytes of something.
  return `${digits(slope)}${within} ${unit === 'bytes' ? `${metric} bytes` : metric.replaceAll('-', ' ')}`;
}

/** What a check came to; of a slope with its figure: `leak: 1.000 fds per call`. */
export function observedWords({ what, name, observed }: Check, { slopes = [] }: Judgement): string {
  const figure = what === 'slope' ? slopes.find(({ metric }) => metric === name) : undefined;
  return figure ? `${valueWords(observed)}: ${slopeWords(figure)} per ${figure.per}` : valueWords(observed);
}

/** `1.000 fds per call, at least 0.999` */
export function slopeSentence({ metric, unit, per, slope, low }: SlopeFigure): string {
  const least = unit === 'bytes' ? number(Math.round(low)) : low.toFixed(3);
  return `${slopeWords({ metric, unit, per, slope })} per ${per}, at least ${least}`;
}

/** `4,656 shim-anonymous bytes, 73 containerd-heap-alloc bytes per exec` */
function limitWords(limits: Extract<Value, { kind: 'seen-from' }>['limits']): string {
  const words = limits.map(
    ({ metric, unit, detectionLimit }) => `${number(Math.ceil(detectionLimit))} ${metric} ${unit}`,
  );
  return `${words.join(', ')} per ${limits[0]?.per ?? 'unit'}`;
}

function counted(count: number, unit: string): string {
  return `${number(count)} ${count === 1 ? unit.slice(0, -1) : unit}`;
}

function number(count: number): string {
  return count.toLocaleString('en');
}
