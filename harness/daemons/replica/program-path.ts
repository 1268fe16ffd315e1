import { readlinkSync, statSync } from 'node:fs';
import path from 'node:path';
import { ApiError } from './api-error.ts';

/** The PATH that 1.13.1 gives a container. */
export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Finds a program in a container's layers as runc does, before anything is started.
 *
 * @returns its path in the container.
 * @throws {ApiError} in runc's words, which the client gets with a 404.
 */
export function findProgram(layers: readonly string[], name: string, search: string): string {
  const candidates = name.includes('/') ? [name] : search.split(':').map((directory) => path.join(directory, name));
  const found = candidates.find((candidate) => layers.some((layer) => isFile(layer, candidate)));
  if (found !== undefined) return found;
  const why = name.includes('/') ? `stat ${name}: no such file or directory` : 'executable file not found in $PATH';
  throw new ApiError(
    404,
    `oci runtime error: container_linux.go:247: starting container process caused "exec: \\"${name}\\": ${why}"\n`,
  );
}

/** Whether a layer has a file there, or a link, which the kernel then resolves. */
function isFile(layer: string, file: string): boolean {
  const inLayer = path.join(layer, file);
  try {
    return statSync(inLayer).isFile();
  } catch {
    return isLink(inLayer);
  }
}

function isLink(file: string): boolean {
  try {
    return readlinkSync(file) !== '';
  } catch {
    return false;
  }
}
