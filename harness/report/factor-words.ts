/** Factors whose name in a sentence is another than in a command. */
const names: Readonly<Record<string, string>> = {
  daemon: 'docker',
  mountFlags: 'MountFlags',
  liveRestore: 'live-restore',
};

/** Levels that a sentence says in other words than their factor and their name. */
const levels: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  starts: {
    fresh: 'before a restart',
    restarted: 'after a restart',
    'restarted-twice': 'after two restarts',
    'flags-added': 'after the flags are added',
  },
  containerd: { managed: 'containerd as a child of dockerd', unit: 'containerd with a unit of its own' },
};

/** Levels of a factor in a sentence: `MountFlags slave or private`. */
export function levelsWords(factor: string, own: readonly string[]): string {
  const known = levels[factor];
  if (known) return list(own.map((level) => known[level] ?? `${factor} ${level}`));
  return `${names[factor] ?? factor} ${list(own)}`;
}

/** `a`, `a or b`, `a, b or c` */
function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
