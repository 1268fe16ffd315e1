import { openAsBlob } from 'node:fs';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionRecord } from '../records.ts';
import { objectKey, openBucket } from './bucket.ts';
import { sign } from '../signing.ts';

/** The digest of a request without a body. */
const empty = createHash('sha256').digest('hex');

/** Milliseconds of one request, and between two tries of it. */
const [patience, pause] = [120_000, 1000];

/** Milliseconds to say that a job is completed: a coordinator that workers do not reach finds out by itself. */
const telling = 3000;

/** An archive to hand over. */
export interface Packed {
  job: string;
  attempt: number;
  file: string;
  sha256: string;
}

/** The coordinator answered that it does not want this: another try would not help. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/**
 * Hands an archive over to a coordinator, or to its bucket. Tries again while that does not answer, or has no space left.
 *
 * @param onTrouble called with what each try that failed met
 * @throws {RefusedError} when it is not wanted
 * @throws the signal's reason
 */
export async function handOver(
  session: SessionRecord,
  packed: Packed,
  signal: AbortSignal,
  onTrouble: (error: unknown) => void,
): Promise<void> {
  const { job, attempt, file, sha256 } = packed;
  const path = `/results/${job}/${attempt}`;
  const bucket = session.bucket && openBucket(session.bucket);
  for (;;) {
    signal.throwIfAborted();
    try {
      if (bucket) await bucket.put(objectKey(job, attempt), file);
      else await send(session, 'PUT', path, { sha256, body: await openAsBlob(file) }, signal);
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RefusedError) throw error;
      onTrouble(error);
      await sleep(pause, undefined, { signal });
    }
  }
}

/** Says that a job is completed. A coordinator that does not hear it finds out by itself, later. */
export async function tellEnded(session: SessionRecord, job: string, signal: AbortSignal): Promise<void> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(telling)]);
  await send(session, 'POST', `/ended/${job}`, { sha256: empty }, within).catch(() => undefined);
}

async function send(
  { address, key }: SessionRecord,
  method: string,
  path: string,
  { sha256, body }: { sha256: string; body?: Blob },
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(`${address}${path}`, {
    method,
    headers: { 'x-sha256': sha256, 'x-signature': sign(key, { method, path, sha256 }) },
    ...(body && { body }),
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
  });
  const text = await response.text();
  if (response.ok) return;
  const happened = `${method} ${path}: ${response.status} ${text}`;
  // A digest that does not fit is a body that was cut: that may go better.
  if (response.status < 500 && response.status !== 422) throw new RefusedError(happened);
  throw new Error(happened);
}
