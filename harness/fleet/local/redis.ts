import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import { messageOf } from '../../core/errors.ts';
import { quietly } from '../../fetch/cache.ts';
import { fetchKit, programOf } from '../../fetch/kit.ts';
import { dieWithUs } from '../../fetch/programs/program.ts';
import { portOf } from '../handover/port.ts';

/** Debian's redis-server on loopback, with a directory of its own. */
export interface RedisServer {
  /** `redis://127.0.0.1:PORT` */
  url: string;
  port: number;
  pid: () => number;
  /** Ends it by a signal, and resolves when it is gone. */
  end: (signal?: NodeJS.Signals) => Promise<void>;
  /** Starts it again, with what it had written down. */
  start: () => Promise<void>;
}

/** Settings with which nothing is lost. */
export const safeSettings = ['--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];

/** Starts a server in a directory and at an address of the caller's. It ends with this process, however that ends. */
export async function redisIn(
  directory: string,
  settings: readonly string[] = safeSettings,
  host = '127.0.0.1',
): Promise<RedisServer> {
  const kit = await fetchKit('redis', quietly());
  // redis-server is a link to the program that checks its files.
  const [program = '', ...words] = programOf(kit, 'usr/bin/redis-check-rdb');
  const [wrapper, ...wrapperWords] = dieWithUs;
  const port = await freePort();
  const where = ['--port', `${port}`, '--bind', host, '--protected-mode', 'no', '--dir', directory, '--save', ''];
  let child: ChildProcess | undefined;
  const start = async () => {
    child = spawn(wrapper, [...wrapperWords, program, '--argv0', 'redis-server', ...words, ...where, ...settings], {
      stdio: 'ignore',
    });
    const ended = once(child, 'exit').then(() => {
      throw new Error(`redis-server ended at once, with these settings: ${settings.join(' ')}`);
    });
    // Later its end is no news.
    ended.catch(() => undefined);
    await Promise.race([answering(host, port), ended]);
  };
  await start();
  return {
    url: `redis://${host}:${port}`,
    port,
    pid: () => child?.pid ?? 0,
    async end(signal = 'SIGTERM') {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    },
    start,
  };
}

async function answering(host: string, port: number): Promise<void> {
  const redis = new Redis({ port, host, retryStrategy: () => 50, maxRetriesPerRequest: null });
  redis.on('error', () => {});
  try {
    // One that asks for a password answers, too.
    await redis.ping().catch((error: unknown) => {
      if (!messageOf(error).startsWith('NOAUTH')) throw error;
    });
  } finally {
    redis.disconnect();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}
