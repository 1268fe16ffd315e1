import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** Bytes read at a time, into one buffer: a stream's buffers of several daemons of 80 MB were 50 MB of garbage. */
const chunk = 1 << 20;

/**
 * The hex SHA-256 of a file.
 *
 * @throws the signal's reason, or the file system's error
 */
export async function sha256Of(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(chunk);
  await using handle = await open(file);
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, chunk);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
  }
}
