import { normalise } from './placeholders.ts';

/** Lines that are not counted step by step, but over the whole script, or seen once in it, or never; and why. */
const looseLines: readonly { pattern: RegExp; compared: 'over all' | 'once' | 'never'; why: string }[] = [
  {
    pattern: /^debug (?:Revoking external connectivity|Releasing addresses|ReleaseAddress\()/,
    compared: 'over all',
    why: "a container's network is released when it has ended, which may be before or after a waiting client is told",
  },
  {
    pattern: /^error collecting stats for /,
    compared: 'once',
    why: 'written at every tick while a client waits: how many, and in which step, is chance; whether at all is not',
  },
  {
    pattern: /^debug Calling /,
    compared: 'once',
    why: 'one a request, when it arrives: one that stays open may do so during the next step',
  },
  {
    pattern: /^\w+ (?:(?:lib)?containerd: |stopping containerd )/,
    compared: 'never',
    why: 'of the containerd that 1.13 starts, and of its events, which come when they come; the replica has none',
  },
  {
    pattern:
      /^(?:warning Running modprobe \S+ failed|error Failed to built-in GetDriver graph btrfs|debug \[graphdriver\] priority list)/,
    compared: 'never',
    why: 'of the machine: which programs and file systems it has',
  },
  {
    pattern: /^debug Registering [A-Z]+, /,
    compared: 'never',
    why: 'the list of routes: which of them answer alike is what the requests tell',
  },
];

/** The lines of a log between two moments, as they are compared. */
export interface LogShape {
  /** The number of occurrences of each line, by level and message. */
  counts: Map<string, number>;
  /** The same of lines that are counted over the whole script. */
  overAll: Map<string, number>;
  /** Lines of which only the presence in the whole script is compared. */
  seen: Set<string>;
}

/** Level and message of each line, without what differs from run to run. */
export function shapeOfLog(lines: readonly string[], root: string): LogShape {
  const shape: LogShape = { counts: new Map(), overAll: new Map(), seen: new Set() };
  for (const line of lines) {
    const text = normalise(levelAndMessage(line), root);
    const loose = looseLines.find(({ pattern }) => pattern.test(text));
    if (loose?.compared === 'once') shape.seen.add(text);
    const counts = loose ? shape.overAll : shape.counts;
    if (!loose || loose.compared === 'over all') counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return shape;
}

/** `error collecting stats for …`; the fields of a line are left out, and what is no line of logrus is kept whole. */
function levelAndMessage(line: string): string {
  const [, level, quoted, bare] = /\blevel=(\w+) msg=(?:("(?:[^"\\]|\\.)*")|(\S+))/.exec(line) ?? [];
  if (level === undefined) return line.trim();
  const message = quoted === undefined ? bare : unquoted(quoted);
  return `${level} ${message}`.trimEnd().replaceAll('\n', String.raw`\n`);
}

/** Go's %q; what JSON does not know of it stays as it is. */
function unquoted(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}
