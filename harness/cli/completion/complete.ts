import type { Command } from 'commander';
import { readLine, takesValue, type TypedLine } from './line.ts';
import { valuesOfArgument, valuesOfOption, type Values } from './values.ts';

/** Names of commands, options, levels: what a shell would split or expand is not offered. */
const plain = /^[\w@%+=:,./-]+$/;

/** The line by which a script is told that the shell is to complete the names of files. */
const filesMark = ':files';

/**
 * The continuations of a line up to the cursor, one a line: the whole last word, a tab, and its description. The last line may be {@link filesMark}.
 *
 * @param line as it was typed, with the program
 */
export async function complete(program: Command, line: string): Promise<string[]> {
  const typed = readLine(program, line);
  const { words, files } = await valuesOf(typed);
  const found = words.filter(({ word }) => word.startsWith(typed.current) && plain.test(word));
  return [
    ...found.map(({ word, about = '' }) => `${typed.before}${word}\t${about.split('\n')[0]}`),
    ...(files ? [filesMark] : []),
  ];
}

async function valuesOf(typed: TypedLine): Promise<Values> {
  const { command, option, used, current, operands } = typed;
  if (option) return valuesOfOption(option, typed);
  const help = command.createHelp();
  if (current.startsWith('-')) {
    const open = help
      .visibleOptions(command)
      .filter(({ long, defaultValue }) => long && (!used.has(long) || Array.isArray(defaultValue)));
    return {
      words: open.map((one) => ({ word: one.long ?? '', about: takesValue(one) ? one.flags : one.description })),
      files: false,
    };
  }
  const children = operands.length > 0 ? [] : help.visibleCommands(command);
  const { words, files } = await valuesOfArgument(typed);
  return { words: [...children.map((one) => ({ word: one.name(), about: one.description() })), ...words], files };
}
