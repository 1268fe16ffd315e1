import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LabError } from '../core/errors.ts';
import type { Fetching } from '../../vms/build.ts';
import { sha256Of } from './digest.ts';

/** Milliseconds without an answer, and between two pieces of one, after which a server counts as dead. */
const patience = 20_000;

/**
 * The slowest download that is waited for, in bytes a second, counted from its first minute on: 100 MB come in less than three hours. A
 * server that sends a byte now and then would be waited for without end.
 */
const slowest = 10_000;
const firstMinute = 60_000;

/** A file of the internet that is known by its digest. */
export interface Download {
  what: string;
  address: string;
  sha256: string;
  /** More than this is not it. */
  megabytes: number;
  /** Where to put it. A part that an earlier run left there is continued. */
  file: string;
  /** Sent with the request, e.g. a registry's authorization. */
  headers?: Record<string, string>;
}

/** The server could not be reached or does not have the file; the caller knows another origin. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** The existing part is not the beginning of the server's file. */
class WrongRangeError extends Error {
  override readonly name = 'WrongRangeError';
}

/**
 * Downloads a file, continuing where an earlier run was interrupted.
 *
 * @throws {UnreachableError} when the server does not give it
 * @throws {LabError} when what it gives has another digest; the file is removed then
 * @throws the signal's reason, or the file system's error
 */
export async function download(wanted: Download, fetching: Fetching): Promise<void> {
  const { what, address, sha256, file } = wanted;
  await mkdir(dirname(file), { recursive: true });
  const part = await stat(file).catch(() => undefined);
  // Whole, and we were killed before it could be used.
  if (part !== undefined && (await sha256Of(file, fetching.signal)) === sha256) return;
  await fetchTo(wanted, part?.size ?? 0, fetching).catch(async (error: unknown) => {
    if (!(error instanceof WrongRangeError)) throw error;
    await rm(file);
    await fetchTo(wanted, 0, fetching);
  });
  const digest = await sha256Of(file, fetching.signal);
  if (digest === sha256) return;
  await rm(file);
  throw new LabError({
    doing: `downloading ${what}`,
    expected: `SHA-256 ${sha256}`,
    happened: `${address} has SHA-256 ${digest}`,
    hint: 'the file was removed; try again, and distrust the server if it happens again',
  });
}

/**
 * Downloads a file whose digest is not known yet, from its beginning, and resolves with its digest.
 *
 * @throws {UnreachableError} when the server does not give it
 * @throws the signal's reason, or the file system's error
 */
export async function downloadAny(wanted: Omit<Download, 'sha256'>, fetching: Fetching): Promise<string> {
  await mkdir(dirname(wanted.file), { recursive: true });
  await fetchTo(wanted, 0, fetching);
  return sha256Of(wanted.file, fetching.signal);
}

async function fetchTo(wanted: Omit<Download, 'sha256'>, from: number, fetching: Fetching): Promise<void> {
  const { what, address, megabytes, file, headers } = wanted;
  const impatience = new AbortController();
  const timer = setTimeout(() => impatience.abort(), patience);
  const signal = AbortSignal.any([impatience.signal, ...(fetching.signal ? [fetching.signal] : [])]);
  try {
    const answer = await fetch(address, {
      signal,
      headers: { ...headers, ...(from > 0 && { Range: `bytes=${from}-` }) },
    });
    if (answer.status === 416) throw new WrongRangeError();
    if (!answer.ok || answer.body === null) {
      throw new UnreachableError(`the server answers ${answer.status} ${answer.statusText}`);
    }
    // A server without ranges answers 200 and begins at the beginning.
    let size = answer.status === 206 ? from : 0;
    const length = size + Number(answer.headers.get('content-length') ?? Number.NaN);
    const begin = performance.now();
    const already = size;
    await using handle = await open(file, size > 0 ? 'a' : 'w');
    for await (const piece of answer.body) {
      timer.refresh();
      size += piece.length;
      if (size > megabytes * 1e6) throw new UnreachableError(`the server sends more than the ${megabytes} MB it has`);
      requireSpeed(size - already, performance.now() - begin);
      await handle.write(piece);
      fetching.progress({ what: `downloading ${what}`, ...(length > 0 && { fraction: size / length }) });
    }
  } catch (error) {
    fetching.signal?.throwIfAborted();
    if (impatience.signal.aborted) throw new UnreachableError(`the server says nothing for ${patience / 1000} s`);
    // fetch wraps all that goes wrong on the network in a TypeError without words.
    if (error instanceof TypeError) throw new UnreachableError(networkProblem(error), { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** @throws {UnreachableError} when a server is slower than {@link slowest} */
export function requireSpeed(bytes: number, milliseconds: number): void {
  if (milliseconds < firstMinute || bytes >= (slowest * milliseconds) / 1000) return;
  const rate = Math.round((1000 * bytes) / milliseconds);
  throw new UnreachableError(`the server sends ${rate} bytes a second, and at least ${slowest} are required`);
}

/** A short answer of a server, with any status. */
export interface ShortAnswer {
  status: number;
  /** The header WWW-Authenticate; empty when there is none. */
  challenge: string;
  body: Buffer;
}

/**
 * Asks a server for something short.
 *
 * @param most bytes of the answer
 * @throws {UnreachableError} when the server says nothing, too much, or takes longer than {@link patience}
 */
export async function fetchBounded(
  address: string,
  headers: Record<string, string>,
  most: number,
  fetching: Fetching,
): Promise<ShortAnswer> {
  const limit = AbortSignal.timeout(patience);
  const signal = AbortSignal.any([limit, ...(fetching.signal ? [fetching.signal] : [])]);
  try {
    const answer = await fetch(address, { signal, headers });
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of answer.body ?? []) {
      bytes += part.length;
      if (bytes > most) throw new UnreachableError(`the server sends more than ${most} bytes`);
      parts.push(part);
    }
    const challenge = answer.headers.get('www-authenticate') ?? '';
    return { status: answer.status, challenge, body: Buffer.concat(parts) };
  } catch (error) {
    fetching.signal?.throwIfAborted();
    if (limit.aborted) throw new UnreachableError(`the server does not answer within ${patience / 1000} s`);
    if (error instanceof TypeError) throw new UnreachableError(networkProblem(error), { cause: error });
    throw error;
  }
}

function networkProblem({ message, cause }: TypeError): string {
  if (!(cause instanceof Error)) return message;
  const first = cause instanceof AggregateError ? cause.errors.find((error) => error instanceof Error) : cause;
  return first instanceof Error && first.message !== '' ? first.message : message;
}
