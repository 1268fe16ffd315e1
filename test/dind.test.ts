import { mkdirSync, symlinkSync } from 'node:fs';
import { createConnection } from 'node:net';
import path from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import type Docker from 'dockerode';
import { openEngine as openClient } from '../harness/daemons/engine.ts';
import { archiveOf } from '../harness/machines/container/archive.ts';
import { startOwnEngine } from '../harness/machines/container/own-engine.ts';
import { cacheDirectory } from '../harness/fetch/cache.ts';
import { fetchDockerBuild } from '../harness/fetch/docker-build.ts';
import { cli } from './support/cli.ts';
import { scratch } from './support/scratch.ts';
import { readEngine } from './support/engine.ts';

const cache = cacheDirectory();
const fresh = ['--only', 'mountFlags=unset,liveRestore=on,starts=fresh'];

/** A cache that shares what takes long to make, but none of the builds and pins. */
function ownCache(t: ExecutionContext): string {
  const own = scratch(t);
  for (const shared of ['userlands', 'kits', 'static-programs']) {
    mkdirSync(path.join(cache, shared), { recursive: true });
    symlinkSync(path.join(cache, shared), path.join(own, shared));
  }
  return own;
}

/** Puts real binaries where `docker:20.10.24-dind` has them. */
async function loadImage(docker: Docker): Promise<void> {
  const build = await fetchDockerBuild('20.10.24', { cache, progress: () => {} });
  const members = build.binaries.map((binary) => ({
    source: path.join(build.userland.root, binary.path),
    target: `/usr/local/bin/${binary.name}`,
  }));
  await text(await docker.importImage(Readable.from(archiveOf(members)), { repo: 'docker', tag: '20.10.24-dind' }));
}

function netnsRestore(t: ExecutionContext, daemon: string, env: Record<string, string>) {
  const words = ['scenario', 'netns-restore', '--machine', 'container', '--daemon', daemon, ...fresh];
  return cli([...words, '--out', scratch(t)], { DOCKERD_LEAK_LAB_CACHE: ownCache(t), ...env });
}

test.serial('dind:VERSION is the docker that the engine has an image of, and the image stays the user’s', async (t) => {
  await using engine = await startOwnEngine({ cache, progress: () => {} });
  const docker = openClient(() => createConnection(engine.socket));
  await loadImage(docker);
  const before = await readEngine(docker);
  const ran = await netnsRestore(t, 'dind:20.10.24', { DOCKER_HOST: `unix://${engine.socket}` });
  t.is(ran.exitCode, 0, ran.stdout + ran.stderr);
  t.regex(
    ran.stdout,
    /^dockerd dind:20\.10\.24 \(20\.10\.24\) build 5d6db84: docker:20\.10\.24-dind@sha256:[0-9a-f]{64}, /m,
  );
  t.regex(ran.stdout, /not present +netns kept · stats: 3 values +✔ as expected/);
  t.deepEqual(await readEngine(docker), before);
});

test.serial('an image that can’t be had is not applicable, and says how else to get the docker', async (t) => {
  await using engine = await startOwnEngine({ cache, progress: () => {} });
  const ran = await netnsRestore(t, 'dind:1.13.1', { DOCKER_HOST: `unix://${engine.socket}` });
  t.is(ran.exitCode, 3, ran.stdout + ran.stderr);
  t.regex(
    ran.stdout,
    /fetching dind:1\.13\.1: .*\n +expected: the engine pulls docker:1\.13\.1-dind with the digest sha256:490c1dec/,
  );
  t.regex(
    ran.stdout,
    /what you can do: see whether the engine reaches its registry; or bring the static tarball as --daemon FILE\.tgz/,
  );
  t.deepEqual(await readEngine(openClient(() => createConnection(engine.socket))), []);
});

test.serial('without an engine of the user’s the registry is asked for the layers', async (t) => {
  const ran = await netnsRestore(t, 'dind:1.13.1', {
    DOCKERD_LEAK_LAB_ENGINE: 'own',
    DOCKERD_LEAK_LAB_REGISTRY: 'http://127.0.0.1:59998',
  });
  t.is(ran.exitCode, 3, ran.stdout + ran.stderr);
  t.regex(
    ran.stdout,
    /fetching dind:1\.13\.1: there is no engine, and connect ECONNREFUSED 127\.0\.0\.1:59998\n +expected: an image docker:1\.13\.1-dind, from an engine or from http:\/\/127\.0\.0\.1:59998/,
  );
});
