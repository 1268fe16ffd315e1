import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../core/errors.ts';
import { systemFailure } from '../core/system-error.ts';

/**
 * Makes a directory and those on the way to it, one by one: see {@link makeEachDirectory}.
 *
 * @throws {LabError} when it cannot be made, or something else has its name
 */
export async function makeDirectory(directory: string): Promise<void> {
  const doing = `making the directory ${directory}`;
  try {
    await makeEachDirectory(directory);
  } catch (error) {
    throw systemFailure(error, { doing });
  }
  const status = await stat(directory).catch(() => undefined);
  if (status?.isDirectory()) return;
  throw new LabError({
    doing,
    expected: 'a directory, or a name that nothing has',
    happened: `${directory} is no directory`,
    hint: 'name another path',
  });
}

/**
 * Makes a directory and those on the way to it, one by one. Node's own `recursive` never returns below `/proc`: the kernel says there that
 * a directory which cannot be made does not exist, and Node then makes its parent again (seen with Node 24.21).
 * Nothing when it is there. Errors are those of the system.
 */
export async function makeEachDirectory(directory: string): Promise<void> {
  const missing: string[] = [];
  let existing = path.resolve(directory);
  while (!(await isThere(existing))) {
    missing.unshift(existing);
    existing = path.dirname(existing);
  }
  for (const one of missing) await mkdir(one).catch(unlessThere);
}

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Another process may make it at the same time. */
function unlessThere(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
