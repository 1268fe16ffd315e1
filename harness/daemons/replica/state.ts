import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The data root, where 1.13.1 has it by default. */
export const dataRoot = '/var/lib/docker';

/** The replica's own records. */
export const stateRoot = `${dataRoot}/replica`;

/** Writes a record so that every reader, even after a SIGKILL, finds the old one or the new one. */
export function saveState(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(value, undefined, 2));
  renameSync(`${file}.new`, file);
}

/** Reads a record that {@link saveState} wrote. */
export function loadState<T>(file: string, otherwise: T): T {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
  const value: T = JSON.parse(text);
  return value;
}
