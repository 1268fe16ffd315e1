import type { Channel } from './channel.ts';

/** The content of a file of the guest, of `/proc` too. Rejects with what the guest's kernel says, e.g. a `code` ENOENT. */
export function readGuestFile(channel: Channel, path: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const call = channel.open('r', 0, Buffer.from(path), {
      data(part, chunk) {
        parts.push(chunk);
        call.grant(part, chunk.length);
      },
      end() {
        call.close();
        resolve(Buffer.concat(parts));
      },
      failed: (error) => reject(named(error, 'reading', path)),
    });
  });
}

/** Writes a file of the guest whole, making it if it is not there. Rejects as {@link readGuestFile} does. */
export function writeGuestFile(channel: Channel, path: string, content: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = channel.open('w', 0, Buffer.from(path), {
      quit() {
        call.close();
        resolve();
      },
      failed: (error) => reject(named(error, 'writing', path)),
    });
    if (content.length > 0) call.write(Buffer.from(content), () => {});
    call.end();
  });
}

/** Makes a mount of the guest the root of all programs, files and sockets from now on, until the guest boots again. */
export function enterGuestRoot(channel: Channel, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = channel.open('J', 0, Buffer.from(path), {
      quit() {
        call.close();
        resolve();
      },
      failed: (error) => reject(named(error, 'entering', path)),
    });
  });
}

/** With the path in the message, as errors of `node:fs` have it. */
export function named(error: Error, doing: string, path: string): Error {
  if ('code' in error) error.message += `, ${doing} '${path}'`;
  return error;
}
