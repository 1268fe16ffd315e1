import type { ExecutionContext } from 'ava';
import { redisIn, safeSettings, type RedisServer } from '../../harness/fleet/local/redis.ts';
import { scratch } from './scratch.ts';

/** Starts a server, which ends with the test. */
export async function startRedis(
  t: ExecutionContext,
  settings: readonly string[] = safeSettings,
): Promise<RedisServer> {
  const directory = scratch(t);
  const server = await redisIn(directory, settings);
  t.teardown(() => server.end('SIGKILL'));
  return server;
}
