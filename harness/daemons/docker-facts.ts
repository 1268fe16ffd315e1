import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { get } from './engine.ts';

/** The data of `docker version` and `docker info` from the Engine API: file in the cell's directory, and request. */
const asked = { 'docker-version.json': '/version', 'docker-info.json': '/info' };

/** Milliseconds; a daemon that has just answered has no reason to take long. */
const limit = 30_000;

/** Keeps what a daemon says of itself beside its log: reports for upstream begin with it. */
export async function keepDockerFacts(connect: () => Duplex, log: string): Promise<void> {
  for (const [file, what] of Object.entries(asked)) {
    const answer = await get(connect, what, AbortSignal.timeout(limit));
    await writeFile(path.join(path.dirname(log), file), await text(answer), { mode: 0o600 });
  }
}
