import { InvalidArgumentError, Option, type Command } from 'commander';
import { UsageError } from '../core/errors.ts';
import { defaultResults, mostJobs, settingVariables } from '../core/settings.ts';
import { wholeNumber } from '../core/whole-number.ts';

/** Gathers the values of an option that may be given more than once. */
export function gather(value: string, before: string[]): string[] {
  return [...before, given(value)];
}

/** Gathers lists of words, as {@link gather} does. */
export function gatherWords(value: string, before: string[]): string[] {
  if (value.split(',').some((word) => word.trim() === '')) throw new InvalidArgumentError('It has an empty word.');
  return gather(value, before);
}

/** A value that says something. */
export function given(value: string): string {
  if (value.replaceAll(',', '').trim() === '') throw new InvalidArgumentError('It is empty.');
  if (value.includes('\0')) throw new InvalidArgumentError('It has a null byte.');
  return value;
}

/** A path of a file or a directory: an empty one would be where the lab was started. */
export function filePath(value: string): string {
  return given(value);
}

/** A parser of positive integers, up to a bound. */
export function positive(most: number): (value: string) => number {
  return (value) => {
    const number = wholeNumber(value, { least: 1, most });
    if (number !== undefined) return number;
    throw new InvalidArgumentError(`It must be a positive integer, at most ${most}.`);
  };
}

/** More CPUs than a kernel can be built for (NR_CPUS, 8192 on x86-64). */
export const mostCpus = 8192;

/** More nights than a century has. */
export const mostNights = 40_000;

/** `--out`, of commands that read or write runs. */
export function resultsOption(about: string): Option {
  return new Option('--out <dir>', about).argParser(filePath).default(defaultResults).env(settingVariables.results);
}

/** `--jobs`, of commands that run cells. */
export function jobsOption(about: string): Option {
  return new Option('--jobs <n>', about).argParser(positive(mostJobs)).env(settingVariables.jobs);
}

/**
 * Refuses options that have no effect beside another one.
 *
 * @param beside that one, as it is written
 * @param sensible the names of those that have an effect, as commander keeps them
 * @throws {UsageError} for the first that has none
 */
export function requireEffect(command: Command, beside: string, sensible: readonly string[]): void {
  const idle = givenOptions(command).find(({ name }) => !sensible.includes(name));
  if (idle) throw new UsageError(`${idle.flag} has no effect with ${beside}: leave it out.`);
}

/** The options that stand on the command line. */
function givenOptions(command: Command): { name: string; flag: string }[] {
  return command.options
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
    .map((option) => ({ name: option.attributeName(), flag: option.long ?? option.flags }));
}

/** Makes an option that is given twice an error, where only the last would count; for a command and all below it. */
export function refuseRepeats(command: Command): void {
  for (const option of command.options) {
    if (Array.isArray(option.defaultValue)) continue;
    let times = 0;
    command.on(`option:${option.name()}`, () => {
      if (++times > 1) throw new UsageError(`${option.long ?? option.flags} is given more than once.`);
    });
  }
  for (const child of command.commands) refuseRepeats(child);
}
