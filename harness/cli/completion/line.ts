import type { Command, Option } from 'commander';

/** A command line up to the cursor, as far as it has been typed. */
export interface TypedLine {
  /** The command that the last word belongs to. */
  command: Command;
  /** Words that are arguments of that command, before the last one. */
  operands: readonly string[];
  /** Options of that command before the last word, by their long names, with their last values; empty for one without. */
  used: ReadonlyMap<string, string>;
  /** The option whose value the last word is. */
  option?: Option;
  /** What stands before that value in the last word: `--only=` of `--only=mountFlags`. */
  before: string;
  /** The part that is to be completed; empty after a space. */
  current: string;
}

/** Reads a line of a shell up to the cursor: the program, commands, options and their values. */
export function readLine(program: Command, line: string): TypedLine {
  const words = line.split(/\s+/).slice(1);
  const last = words.pop() ?? '';
  let command = program;
  let operands: string[] = [];
  let used = new Map<string, string>();
  let pending: Option | undefined;
  for (const word of words) {
    if (pending) {
      used.set(pending.long ?? '', word);
      pending = undefined;
    } else if (word.startsWith('-')) {
      const [flag = '', ...value] = word.split('=');
      const option = optionOf(command, flag);
      if (option) used.set(option.long ?? flag, value.join('='));
      if (option && takesValue(option) && !word.includes('=')) pending = option;
    } else {
      const child = operands.length === 0 ? command.commands.find((one) => one.name() === word) : undefined;
      if (!child) operands.push(word);
      else [command, operands, used] = [child, [], new Map()];
    }
  }
  const typed = { command, operands, used };
  if (pending) return { ...typed, option: pending, before: '', current: last };
  const [, flag, value] = /^(--[^=]+)=(.*)$/.exec(last) ?? [];
  const option = flag === undefined ? undefined : optionOf(command, flag);
  return option && value !== undefined
    ? { ...typed, option, before: `${flag}=`, current: value }
    : { ...typed, before: '', current: last };
}

function optionOf(command: Command, flag: string): Option | undefined {
  return command.options.find(({ long, short }) => long === flag || short === flag);
}

/** Whether a value follows the option. */
export function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}
