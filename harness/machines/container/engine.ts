import { rm, symlink } from 'node:fs/promises';
import { createConnection } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type Docker from 'dockerode';
import { z } from 'zod';
import type { Fetching } from '../../../vms/build.ts';
import { get } from '../../daemons/engine.ts';
import { LabError, messageOf, UsageError } from '../../core/errors.ts';
import { ownOwner } from '../local/owner.ts';
import { enginePrefix, startOwnEngine } from './own-engine.ts';
import { pointTestcontainers } from './testcontainers.ts';

/** Where an engine listens unless the settings name another place. */
const usualSocket = '/var/run/docker.sock';

/** Milliseconds for an engine on this host to answer a ping. */
const pingLimit = 5000;

/** From the Engine API's `GET /info`, as far as it is of use here. */
const info = z.object({
  ServerVersion: z.string(),
  KernelVersion: z.string(),
  /** Engines before 20.10 know version 1 alone, and do not say so. */
  CgroupVersion: z.enum(['1', '2']).default('1'),
  NCPU: z.int(),
  MemTotal: z.int(),
  /** e.g. `x86_64`. */
  Architecture: z.string(),
  /** e.g. `linux`. */
  OSType: z.string(),
  /** e.g. `Docker Desktop`. */
  OperatingSystem: z.string(),
});

/** The engine that runs cells, and what it says of itself. */
export interface Engine extends AsyncDisposable {
  docker: Docker;
  origin: EngineOrigin;
  /** Where it is, as `docker --host` takes it; from a shell to which `enterCommand` leads, where there is one. */
  host: string;
  enterCommand?: string;
  info: z.infer<typeof info>;
}

/** Where an engine was found; `own`: nowhere, and the lab has started one. */
export type EngineOrigin = 'DOCKER_HOST' | 'its usual socket' | 'own';

/**
 * Which engine the user has, unless `DOCKERD_LEAK_LAB_ENGINE=own` says that it is not to be used. Looks only.
 *
 * @throws {UsageError} when that has another value
 */
export async function findEngine(): Promise<{ host: string; origin: EngineOrigin } | undefined> {
  const wanted = process.env['DOCKERD_LEAK_LAB_ENGINE'];
  if (wanted === 'own') return undefined;
  if (wanted) throw new UsageError(`DOCKERD_LEAK_LAB_ENGINE is "${wanted}", and knows nothing but "own".`);
  const host = process.env['DOCKER_HOST'];
  if (host) return { host, origin: 'DOCKER_HOST' };
  // The user has not named an engine.
  const answers = await ping(usualSocket).then(
    () => true,
    () => false,
  );
  return answers ? { host: `unix://${usualSocket}`, origin: 'its usual socket' } : undefined;
}

/**
 * Opens the user's engine, or starts one where the user has none.
 *
 * @throws {LabError} when the user's does not answer
 */
export async function openEngine(fetching: Fetching): Promise<Engine> {
  const found = await findEngine();
  return found ? { ...(await openFound(found)), [Symbol.asyncDispose]: () => Promise.resolve() } : openOwn(fetching);
}

async function openOwn(fetching: Fetching): Promise<Engine> {
  await using undo = new AsyncDisposableStack();
  const own = undo.use(await startOwnEngine(fetching));
  // One name for all engines that this process starts one after the other, as testcontainers keeps the first that it hears.
  const link = path.join(os.tmpdir(), `${enginePrefix}${ownOwner()}`);
  await symlink(own.socket, link);
  undo.defer(() => rm(link, { force: true }));
  const engine = await openFound({ host: `unix://${link}`, origin: 'own' });
  const all = undo.move();
  const { host, enterCommand } = own;
  return { ...engine, host, enterCommand, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

type Found = Omit<Engine, keyof AsyncDisposable>;

async function openFound({ host, origin }: { host: string; origin: EngineOrigin }): Promise<Found> {
  try {
    const { protocol, pathname } = new URL(host);
    if (protocol === 'unix:') await ping(pathname);
    const docker = await pointTestcontainers(host);
    return { docker, origin, host, info: info.parse(await docker.info()) };
  } catch (error) {
    throw new LabError(
      {
        doing: `asking the container engine at ${host} what it is`,
        expected: 'it answers GET /info',
        happened: messageOf(error),
        hint: 'start it, or set DOCKER_HOST to one that runs; with DOCKERD_LEAK_LAB_ENGINE=own the lab starts its own',
      },
      { cause: error },
    );
  }
}

async function ping(socket: string): Promise<void> {
  const response = await get(() => createConnection(socket), '/_ping', AbortSignal.timeout(pingLimit));
  response.resume();
}
