/** One line of `vagrant --machine-readable`. */
export interface Said {
  /** Seconds since 1970. */
  time: number;
  /** Which machine it is about; empty when it is about none. */
  target: string;
  /** `ui`, `action`, `state`, `ssh-config`, `error-exit` … */
  type: string;
  /** For `ui`: its kind and the text; for `error-exit`: the name and the text. */
  data: string[];
}

/** Its words for what would end a field or a line. It escapes nothing else, not even its own escapes. */
const escapes: readonly [string, string][] = [
  ['%!(VAGRANT_COMMA)', ','],
  ['\\n', '\n'],
  ['\\r', '\r'],
];

/** The line's facts; undefined for one that a plug-in or a program has printed by itself. */
export function parseSaid(line: string): Said | undefined {
  const [time = '', target, type, ...data] = line.split(',');
  if (!/^\d+$/.test(time) || target === undefined || !type) return undefined;
  return { time: Number(time), target, type, data: data.map(unescaped) };
}

function unescaped(field: string): string {
  return escapes.reduce((text, [escape, character]) => text.replaceAll(escape, character), field);
}

/** The text that a person would have seen, on one line; undefined for messages that only programs read. */
export function shownOf({ type, data: [kind = '', text = ''] }: Said): string | undefined {
  if (type !== 'ui' || kind === 'error') return undefined;
  return (
    text
      .replace(/^(?:==>|\s)*\s*(?:[\w.-]+: )?/, '')
      .split('\n')[0]
      ?.trim() || undefined
  );
}

/** The names of `snapshot list`: details that vagrant does not indent, as it does its advice when there is none. */
export function snapshotsOf(said: readonly Said[]): string[] {
  const details = said.filter(({ type, data }) => type === 'ui' && data[0] === 'detail');
  return details.map(({ data }) => data[1] ?? '').filter((text) => !text.startsWith(' '));
}
