import http from 'node:http';
import https from 'node:https';
import { addressOf, type StaticDocker } from '../../vms/docker-builds.ts';
import { otherOrigins, packageAddress, registryAddress } from '../../vms/docker-origins.ts';

/** Milliseconds in which an origin has to answer: the first cells wait for it. */
const patience = 3000;

/** Redirects that are followed, as many as the Fetch standard allows. */
const mostRedirects = 20;

/** Statuses of a registry that is there: it asks for a token before it shows anything (the distribution specification's end-1). */
const registryStatuses = [200, 401];

/** Whether an origin of a release answers within 3 s, so that the release can probably be downloaded. */
export async function anyOriginAnswers(docker: StaticDocker, signal: AbortSignal): Promise<boolean> {
  const asked = new AbortController();
  const within = AbortSignal.any([signal, asked.signal, AbortSignal.timeout(patience)]);
  const others = (otherOrigins[docker.name] ?? []).map((origin) =>
    origin.kind === 'image'
      ? has(`${registryAddress()}/v2/`, within, registryStatuses)
      : has(packageAddress(origin), within, [200]),
  );
  try {
    return await Promise.any([has(addressOf(docker), within, [200]), ...others]);
  } catch {
    signal.throwIfAborted();
    return false;
  } finally {
    asked.abort();
  }
}

/** @throws when the address does not answer with one of these statuses */
async function has(address: string, signal: AbortSignal, statuses: readonly number[]): Promise<true> {
  const status = await statusOf(address, signal, mostRedirects);
  if (statuses.includes(status)) return true;
  throw new Error(`${address} answers ${status}`);
}

/**
 * The status of a HEAD request, redirects followed. Not by `fetch`: every run of the main job asks, and with the first `fetch` a process
 * gets 4 MB larger (51 MB resident instead of 47 after a connection that is refused, Node 24.21).
 */
async function statusOf(address: string, signal: AbortSignal, redirects: number): Promise<number> {
  const { request } = address.startsWith('https:') ? https : http;
  const {
    statusCode = 0,
    headers: { location },
  } = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request(address, { method: 'HEAD', signal, agent: false }, (answer) => resolve(answer.resume()))
      .on('error', reject)
      .end();
  });
  const isMoved = statusCode >= 300 && statusCode < 400 && location !== undefined;
  return isMoved && redirects > 0 ? statusOf(new URL(location, address).href, signal, redirects - 1) : statusCode;
}
