import type { Redis } from 'ioredis';
import { keys } from './keys.ts';
import { hostRecord, readRecord, sessionRecord, type HostRecord, type SessionRecord } from './records.ts';
import type { z } from 'zod';

/** Every host with a heartbeat, by name. Names of those that are gone are forgotten. */
export async function readHosts(redis: Redis): Promise<HostRecord[]> {
  return readAll(redis, keys.hosts, keys.host, hostRecord);
}

/** Every coordinator with a heartbeat, oldest first. */
export async function readSessions(redis: Redis): Promise<SessionRecord[]> {
  const all = await readAll(redis, keys.sessions, keys.session, sessionRecord);
  if (all.length === 0) return [];
  const alive = await redis.mget(all.map(({ id }) => keys.alive(id)));
  const sessions = all.filter((_, i) => alive[i] !== null);
  return sessions.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
}

async function readAll<T>(
  redis: Redis,
  list: string,
  key: (name: string) => string,
  record: z.ZodType<T>,
): Promise<T[]> {
  const names = (await redis.smembers(list)).toSorted();
  if (names.length === 0) return [];
  const texts = await redis.mget(names.map((name) => key(name)));
  const gone = names.filter((_, i) => texts[i] === null);
  if (gone.length > 0) await redis.srem(list, ...gone);
  return texts.flatMap((text) => readRecord(text, record) ?? []);
}
