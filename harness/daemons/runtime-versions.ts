import { json } from 'node:stream/consumers';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import type { RuntimeVersions } from '../evidence/runtime-versions.ts';
import { get } from './engine.ts';

/** The parts of a docker in `GET /version`, from API 1.37 on. */
const answer = z.object({ Components: z.array(z.object({ Name: z.string(), Version: z.string() })).default([]) });

/** Milliseconds, on a host. */
const limit = 30_000;

/** Asks a daemon for the versions of its containerd and runc. */
export async function readRuntimeVersions(connect: () => Duplex, slowness = 1): Promise<RuntimeVersions> {
  const { Components } = answer.parse(
    await json(await get(connect, '/version', AbortSignal.timeout(limit * slowness))),
  );
  const versionOf = (name: string) => Components.find(({ Name }) => Name === name)?.Version;
  const [containerd, runc] = [versionOf('containerd'), versionOf('runc')];
  return { ...(containerd !== undefined && { containerd }), ...(runc !== undefined && { runc }) };
}
