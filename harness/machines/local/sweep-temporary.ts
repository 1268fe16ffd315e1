import { readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { mayRemove, ownerState } from './owner.ts';

/**
 * Removes what dead runs left in the temporary directory: directories that are named `PREFIX OWNER - LETTERS`, without blanks.
 *
 * @returns the paths that were removed
 */
export async function sweepTemporary(prefix: string): Promise<string[]> {
  const temporary = os.tmpdir();
  const swept: string[] = [];
  for (const name of await readdir(temporary)) {
    if (!name.startsWith(prefix)) continue;
    // After the owner come the letters that made the name a new one.
    const owner = name.slice(prefix.length).replace(/-[^-]*$/, '');
    const directory = path.join(temporary, name);
    if (ownerState(owner) !== 'dead' || !(await mayRemove(directory))) continue;
    await rm(directory, { recursive: true, force: true });
    swept.push(directory);
  }
  return swept;
}
