import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/**
 * The hex SHA-256 of a file, read as a stream: a daemon is 80 MB.
 *
 * @throws the signal's reason, or the file system's error
 */
export async function sha256Of(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash, { ...(signal && { signal }) });
  return hash.digest('hex');
}
