import type { Redis } from 'ioredis';
import { LabError, UsageError, messageOf } from '../core/errors.ts';

/** Milliseconds for the first connection. */
const patience = 5000;

/**
 * Connects to the Redis of a fleet, and refuses one that would lose cells.
 *
 * @param address `redis://[USER[:PASSWORD]@]HOST[:PORT][/DB]`, or `rediss://…` for TLS, whose authority is the system's or that of
 *   `NODE_EXTRA_CA_CERTS`; the password may come from `DOCKERD_LEAK_LAB_FLEET_PASSWORD`
 * @throws {UsageError} when the address is none
 * @throws {LabError} when it does not answer, or may forget what it was told
 */
export async function connectFleet(address: string): Promise<Redis> {
  const url = addressOf(address);
  const password = process.env['DOCKERD_LEAK_LAB_FLEET_PASSWORD'];
  const { Redis: Client } = await import('ioredis');
  const redis = new Client(url.href, {
    // As BullMQ requires it: a command waits until Redis is back.
    maxRetriesPerRequest: null,
    lazyConnect: true,
    connectTimeout: patience,
    enableReadyCheck: true,
    ...(password !== undefined && url.password === '' && { password }),
    retryStrategy: (attempt) => Math.min(100 * attempt, 2000),
  });
  const doing = `connecting to the fleet at ${shown(url)}`;
  let last: unknown;
  redis.on('error', (error) => (last = error));
  try {
    await Promise.race([redis.connect(), rejectAfter(patience, () => last)]);
    await requireSafe(redis, doing);
    return redis;
  } catch (error) {
    redis.disconnect();
    if (error instanceof LabError) throw error;
    throw new LabError(
      {
        doing,
        expected: 'a Redis or Valkey that answers',
        happened: messageOf(last ?? error),
        hint: 'start one with: redis-server --appendonly yes --maxmemory-policy noeviction',
      },
      { cause: error },
    );
  }
}

/** The address for people: without its password. */
function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname.replace(/^\/$/, '')}`;
}

/** @throws {UsageError} for what is no address of a Redis */
function addressOf(address: string): URL {
  const url = URL.parse(address);
  if (url && ['redis:', 'rediss:'].includes(url.protocol) && url.hostname !== '') return url;
  throw new UsageError(`--fleet requires redis://HOST:PORT or rediss://HOST:PORT, and got '${address}'.`);
}

/** A Redis that evicts keys or forgets them at a restart loses cells without a word. */
async function requireSafe(redis: Redis, doing: string): Promise<void> {
  const wanted = { 'maxmemory-policy': 'noeviction', appendonly: 'yes' } as const;
  for (const [setting, value] of Object.entries(wanted)) {
    const [, found] = await readSetting(redis, setting, doing);
    if (found === value) continue;
    throw new LabError({
      doing,
      expected: `${setting} ${value}: with another one Redis may lose cells`,
      happened: `it has ${setting} ${found ?? '(unknown)'}`,
      hint: `redis-cli CONFIG SET ${setting} ${value}, and the same in redis.conf`,
    });
  }
}

async function readSetting(redis: Redis, setting: string, doing: string): Promise<readonly (string | undefined)[]> {
  try {
    const answer: unknown = await redis.config('GET', setting);
    return Array.isArray(answer) ? answer.map(String) : [];
  } catch (error) {
    throw new LabError(
      {
        doing,
        expected: 'CONFIG GET is allowed: the lab checks maxmemory-policy and appendonly',
        happened: messageOf(error),
        hint: 'add +config|get to the ACL of this user: docs/fleet.md has all of it',
      },
      { cause: error },
    );
  }
}

function rejectAfter(milliseconds: number, why: () => unknown): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(why() ?? new Error(`no answer in ${milliseconds / 1000} s`)), milliseconds).unref();
  });
}
