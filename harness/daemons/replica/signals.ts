import { constants } from 'node:os';
import { ApiError } from './api-error.ts';

const numbers: Readonly<Record<string, number>> = constants.signals;

/**
 * The number of a signal: `9`, `KILL` or `SIGKILL`.
 *
 * @throws {ApiError}
 */
export function signalNumber(name: string): number {
  const number = /^\d+$/.test(name) ? Number(name) : numbers[`SIG${name.toUpperCase().replace(/^SIG/, '')}`];
  if (number === undefined || number < 1 || number > 64) throw new ApiError(500, `Invalid signal: ${name}`);
  return number;
}
