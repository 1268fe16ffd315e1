import { InvalidArgumentError } from 'commander';

/** Gathers the values of an option that may be given more than once. */
export function gather(value: string, before: string[]): string[] {
  return [...before, value];
}

/** A whole number from 1 on. */
export function positive(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It has to be a whole number from 1 on.');
  return number;
}

/** Where runs are kept unless `--out` says otherwise. */
export const defaultResults = 'results';
