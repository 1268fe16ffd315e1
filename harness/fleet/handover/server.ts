import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { portOf } from './port.ts';
import { receiveArchive } from './receive-archive.ts';
import path from 'node:path';
import { LabError, messageOf } from '../../core/errors.ts';
import { plainName } from '../records.ts';
import { isSigned } from '../signing.ts';

/** Called by the server with what workers hand over. */
export interface HandoverEvents {
  /** The directory that takes results of a job; undefined for a job that nothing waits for. */
  placeOf: (job: string) => string | undefined;
  /** An archive of a job is there, and is what its digest says. */
  stored: (job: string, result: { attempt: number; sha256: string; file: string }) => void;
  /** A worker says that a job is completed. */
  ended: (job: string) => void;
}

/** A server that takes results of cells. */
export interface HandoverServer extends AsyncDisposable {
  port: number;
}

/** `PUT /results/JOB/ATTEMPT`, `POST /ended/JOB`; each signed with the key of the session. */
const route = /^\/(?<what>results|ended)\/(?<job>[\w.-]{1,80})(?:\/(?<attempt>\d{1,4}))?$/;

/** Listens for results. @throws {LabError} when the address is taken */
export async function listenForResults(
  where: { host: string; port: number },
  key: string,
  events: HandoverEvents,
): Promise<HandoverServer> {
  const server = createServer((request, response) => {
    answer(request, key, events).then(
      (status) => reply(response, status),
      (error: unknown) => reply(response, isFull(error) ? 507 : 500, messageOf(error)),
    );
  });
  // A worker whose link is cut leaves a connection that ends by itself.
  server.headersTimeout = 10_000;
  server.requestTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(refusedAddress(where, error)));
    server.listen(where.port, where.host, resolve);
  });
  return {
    port: portOf(server),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

function reply(response: ServerResponse, status: number, text = ''): void {
  response.writeHead(status, { 'content-type': 'text/plain', ...(status >= 400 && { connection: 'close' }) });
  response.end(text);
}

async function answer(request: IncomingMessage, key: string, events: HandoverEvents): Promise<number> {
  const { method = '', url = '' } = request;
  const { what, job = '', attempt } = route.exec(url)?.groups ?? {};
  const sha256 = headerOf(request, 'x-sha256');
  if (what === undefined || !plainName.safeParse(job).success) return 404;
  if (!isSigned(key, { method, path: url, sha256 }, headerOf(request, 'x-signature'))) return 403;
  const place = events.placeOf(job);
  if (place === undefined) return 410;
  if (what === 'ended' && method === 'POST') {
    events.ended(job);
    return 200;
  }
  if (what !== 'results' || method !== 'PUT' || attempt === undefined) return 405;
  const file = path.join(place, `${job}.${attempt}.tar.gz`);
  if (!(await receiveArchive(request, file, sha256))) return 422;
  events.stored(job, { attempt: Number(attempt), sha256, file });
  return 200;
}

function headerOf({ headers }: IncomingMessage, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

function refusedAddress({ host, port }: { host: string; port: number }, cause: Error): LabError {
  return new LabError(
    {
      doing: 'listening for the results of the fleet',
      expected: `${host}:${port} is an address of this host that is free`,
      happened: messageOf(cause),
      hint: 'name another one with --results HOST:PORT',
    },
    { cause },
  );
}
