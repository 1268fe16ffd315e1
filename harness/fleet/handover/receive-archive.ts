import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { mostPackedBytes } from '../archive.ts';

/** Writes an archive that comes over the network into a file. Returns whether it has this digest; without it there is no file. */
export async function receiveArchive(body: AsyncIterable<Uint8Array>, file: string, sha256: string): Promise<boolean> {
  const hash = createHash('sha256');
  const part = `${file}.part`;
  let bytes = 0;
  try {
    await pipeline(
      body,
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          if (bytes > mostPackedBytes) throw new RangeError(`the archive has more than ${mostPackedBytes} bytes`);
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(part),
    );
    if (hash.digest('hex') !== sha256) return false;
    await rename(part, file);
    return true;
  } finally {
    await rm(part, { force: true });
  }
}
