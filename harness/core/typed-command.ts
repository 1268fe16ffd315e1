import { sourceExtension } from './own-program.ts';
import { shellCommand } from './shell-command.ts';

/** The environment variable by which the launcher `bin/leaklab` tells how it was started: a program, or {@link npx}. */
export const programSetting = 'DOCKERD_LEAK_LAB_PROGRAM';

/** How `npx` starts the package: two words, where a program's path may have a space. */
const npx = 'npx dockerd-leak-lab';

/** The words that start the program of the package; undefined in a checkout, which npm's scripts start. */
export function startedProgram(): readonly string[] | undefined {
  const program = process.env[programSetting];
  if (program) return program === npx ? npx.split(' ') : [program];
  return sourceExtension === '.js' ? ['leaklab'] : undefined;
}

/**
 * The words to type for a command of the lab, as it was started: `npm run lab -- doctor` in a checkout, where npm takes what follows `--` for
 * the script; `leaklab doctor` of the package, whose commands are those of `lab`, too.
 *
 * @param words as a checkout's `npm run` is told them: `scenario`, `matrix`, `bench`, or `lab` and its command; then their arguments and options
 */
export function typedWords(words: readonly string[]): string[] {
  const [script = '', ...rest] = words;
  const program = startedProgram();
  if (program) return [...program, ...(script === 'lab' ? rest : words)];
  const firstOption = script === 'lab' ? 0 : rest.findIndex((word) => word.startsWith('-'));
  const before = firstOption === -1 ? rest : rest.slice(0, firstOption);
  const after = rest.slice(before.length);
  return ['npm', 'run', script, ...before, ...(after.length > 0 ? ['--', ...after] : [])];
}

/** {@link typedWords}, as a line for a shell. */
export function typedCommand(...words: readonly string[]): string {
  return shellCommand(typedWords(words));
}
