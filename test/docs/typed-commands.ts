import { parse, type ParseEntry } from 'shell-quote';

/** One command of a shell: its words without redirections, and whether the shell does something with its output. */
export interface TypedCommand {
  words: string[];
  /** It is part of a pipe, or its output goes into a file. */
  isPiped: boolean;
}

const betweenCommands = new Set(['&&', '||', ';', '&', '(', ')']);

/** The commands that a block of a shell has, line by line. */
export function typedCommands(block: string): TypedCommand[] {
  return block
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .flatMap((line) => commandsOf(parse(line, (name) => `$${name}`)));
}

function commandsOf(entries: readonly ParseEntry[]): TypedCommand[] {
  const commands: TypedCommand[] = [{ words: [], isPiped: false }];
  let skips = false;
  for (const entry of entries) {
    const current = commands.at(-1);
    if (!current) break;
    if (typeof entry !== 'string' && 'comment' in entry) break;
    if (typeof entry === 'string' || entry.op === 'glob') {
      const word = typeof entry === 'string' ? entry : 'pattern' in entry ? entry.pattern : '';
      if (!skips) current.words.push(word);
      skips = false;
    } else if (betweenCommands.has(entry.op)) commands.push({ words: [], isPiped: false });
    else if (entry.op === '|') {
      current.isPiped = true;
      commands.push({ words: [], isPiped: true });
    } else {
      current.isPiped = true;
      skips = true;
    }
  }
  return commands
    .map(({ words, isPiped }) => ({ words: withoutAssignments(words), isPiped }))
    .filter(({ words }) => words.length > 0);
}

function withoutAssignments(words: readonly string[]): string[] {
  const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  return first === -1 ? [] : words.slice(first);
}

/** Commands of the package that stand beside those of `lab`. */
const beside = new Set(['scenario', 'matrix', 'bench']);

/** The words that the lab gets from `npm run SCRIPT -- WORD…`, by the scripts of package.json, or from `leaklab WORD…`; undefined for another command or script. */
export function labWords(words: readonly string[], scripts: Readonly<Record<string, string>>): string[] | undefined {
  const [program = '', first = '', ...others] = words.filter((word) => word !== 'npx');
  if (/^(?:leaklab|dockerd-leak-lab)$/.test(program))
    return beside.has(first) ? [first, ...others] : ['lab', first, ...others];
  const [npm, ...options] = words.filter((word) => word !== '--silent');
  const from = options.indexOf('run') + 1;
  if (npm !== 'npm' || from === 0) return undefined;
  const [script = '', ...rest] = options.slice(from);
  const start = /harness\/cli\/start\.js (.+)$/.exec(scripts[script] ?? '')?.[1];
  if (start === undefined) return undefined;
  const divider = rest.indexOf('--');
  // npm takes options before -- for itself.
  const given = divider === -1 ? rest.filter((word) => !word.startsWith('-')) : rest.toSpliced(divider, 1);
  return [...start.split(' '), ...given];
}
