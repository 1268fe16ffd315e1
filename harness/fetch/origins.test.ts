import { createHash } from 'node:crypto';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ExecutionContext } from 'ava';
import { cpio } from '../machines/microvm/cpio.ts';
import { scratch } from '../../test/support/scratch.ts';
import type { StaticDocker } from '../../vms/docker-builds.ts';
import type { ImageOrigin, OtherOrigin, PackageOrigin } from '../../vms/docker-origins.ts';
import { makeRpm } from './packages/fixtures.ts';
import { fetchDockerBuild } from './docker-build.ts';
import {
  cacheWithTools,
  failureOf,
  programsOf,
  serve,
  silently,
  tarOf,
  testWithUserland,
  writePrograms,
} from './fixtures.ts';
import { defaultDaemons } from './known-builds.ts';
import { fetchStaticBuild } from './static-build.ts';

const commit = '092cba3';
/** An environment variable of these tests. */
const mirror = 'DOCKERD_LEAK_LAB_TEST_MIRROR';
const facts = { name: 'docker', version: '1.13.1', release: '209.git7d71120.el7.centos', architecture: 'x86_64' };
const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');

/** The static tarball's address, where a server says that it is gone. */
const gone: Omit<StaticDocker, 'base'> = {
  name: '1.13.1',
  file: 'docker-1.13.1.tgz',
  sha256: 'ab'.repeat(32),
  megabytes: 1,
};

/** An RPM laid out as Red Hat's, whose programs are scripts. */
function redHatRpm(): Buffer {
  const program = (path: string, says: string) =>
    ({ path, kind: 'file', mode: 0o755, content: Buffer.from(`#!/bin/sh\necho '${says}'\n`) }) as const;
  const companions = ['containerd', 'containerd-shim', 'runc', 'proxy'].map((name) =>
    program(`usr/libexec/docker/docker-${name}-current`, name),
  );
  const files = [program('usr/bin/dockerd-current', `Docker version 1.13.1, build ${commit}/1.13.1`), ...companions];
  return makeRpm(facts, gzipSync(cpio(files)), { digests: true });
}

interface Registry {
  /** Path → body, of what it gives to those who have its token. */
  blobs: Map<string, Buffer | string>;
  digest: string;
  asked: string[];
}

/** A registry of one image of two platforms, which wants a token; its binaries are in the second of three layers. */
async function makeRegistry(t: ExecutionContext): Promise<Registry> {
  const work = scratch(t);
  await writePrograms(join(work, 'middle/usr/local/bin'), programsOf('1.13.1', commit));
  await writePrograms(join(work, 'base/bin'), { busybox: 'x' });
  const layers = await Promise.all(
    ['base', 'middle', 'base'].map(async (name, layer) =>
      readFile(await tarOf(join(work, name), join(work, `${layer}.tgz`))),
    ),
  );
  const blobs = new Map<string, Buffer | string>();
  const described = layers.map((layer) => {
    blobs.set(`/v2/library/docker/blobs/sha256:${sha256(layer)}`, layer);
    return {
      digest: `sha256:${sha256(layer)}`,
      size: layer.length,
      mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
    };
  });
  const manifest = JSON.stringify({ schemaVersion: 2, layers: described });
  const entry = (architecture: string, text: string) => ({
    digest: `sha256:${sha256(text)}`,
    size: text.length,
    platform: { os: 'linux', architecture },
  });
  const list = JSON.stringify({ schemaVersion: 2, manifests: [entry('arm64', 'other'), entry('amd64', manifest)] });
  blobs.set(`/v2/library/docker/manifests/sha256:${sha256(manifest)}`, manifest);
  blobs.set(`/v2/library/docker/manifests/sha256:${sha256(list)}`, list);
  blobs.set('/v2/library/docker/manifests/1.13.1-dind', list);
  return { blobs, digest: `sha256:${sha256(list)}`, asked: [] };
}

/** Serves it, and everything else as not found. The settings of the environment point to it until the test ends. */
async function serveOrigins(
  t: ExecutionContext,
  registry: Registry,
  rpm: Buffer | string | undefined,
): Promise<string> {
  const base = await serve(t, ({ url = '', headers: { authorization } }, response) => {
    registry.asked.push(url);
    if (url.startsWith('/token')) return void response.end(JSON.stringify({ token: 'anonymous' }));
    if (url.endsWith('.rpm') && rpm !== undefined) return void response.end(rpm);
    if (!url.startsWith('/v2/')) return void response.writeHead(404).end();
    if (authorization !== 'Bearer anonymous') {
      const challenge = `Bearer realm="${base}/token",service="registry.test"`;
      return void response.writeHead(401, { 'WWW-Authenticate': challenge }).end();
    }
    const body = registry.blobs.get(url);
    return void (body === undefined ? response.writeHead(404).end() : response.end(body));
  });
  process.env['DOCKERD_LEAK_LAB_REGISTRY'] = base;
  t.teardown(() => {
    delete process.env['DOCKERD_LEAK_LAB_REGISTRY'];
    delete process.env[mirror];
  });
  return base;
}

const image = (digest?: string): ImageOrigin => ({
  kind: 'image',
  repository: 'library/docker',
  tag: '1.13.1-dind',
  ...(digest !== undefined && { digest }),
});
/** A package at an address of the user's, which need not be signed. */
function rpmOf(base: string): PackageOrigin {
  process.env[mirror] = base;
  return {
    kind: 'package',
    base: 'http://127.0.0.1:9',
    file: 'extras/docker.rpm',
    setting: mirror,
    signedBy: 'centos-7',
  };
}

/** Tests share a cache that has a userland, and none of the others' builds. */
async function fetchFrom(base: string, others: OtherOrigin[]) {
  const cache = await cacheWithTools();
  for (const name of ['builds', 'pins', 'downloads']) await rm(join(cache, name), { recursive: true, force: true });
  const again = (origins = others) => fetchStaticBuild({ ...gone, base }, silently(cache), origins);
  return { cache, again };
}

testWithUserland(
  'the tarball is gone: the layers of the image, by their digest, with a token, without an engine',
  async (t) => {
    const registry = await makeRegistry(t);
    const base = await serveOrigins(t, registry, undefined);
    const { cache, again } = await fetchFrom(base, [image(registry.digest)]);
    const build = await again();
    t.like(build, { name: '1.13.1', version: '1.13.1', commit });
    t.deepEqual(build.origin, {
      kind: 'tarball',
      source: `docker:1.13.1-dind@${registry.digest}`,
      sha256: registry.digest.slice(7),
    });
    t.deepEqual(registry.asked.slice(0, 3), [
      '/docker-1.13.1.tgz',
      `/v2/library/docker/manifests/${registry.digest}`,
      '/token?service=registry.test&scope=repository%3Alibrary%2Fdocker%3Apull',
    ]);
    t.deepEqual(await readdir(join(cache, 'downloads')), []);
    registry.asked.length = 0;
    await again();
    t.deepEqual(registry.asked, [], 'the second time it is in the cache');
    t.deepEqual((await defaultDaemons(cache))[0], '1.13.1');
  },
);

testWithUserland('an image with another digest than the pinned one is not taken', async (t) => {
  const registry = await makeRegistry(t);
  const base = await serveOrigins(t, registry, undefined);
  const wanted = `sha256:${'cd'.repeat(32)}`;
  registry.blobs.set(`/v2/library/docker/manifests/${wanted}`, '{"schemaVersion":2,"layers":[]}');
  const { again } = await fetchFrom(base, [image(wanted)]);
  const failure = await failureOf(again());
  t.regex(
    failure,
    /^NotApplicableError fetching docker 1\.13\.1: none does\n {2}expected: one of its 2 origins to have it\n/,
  );
  t.true(
    failure.includes(
      `asking the registry for ${base}/v2/library/docker/manifests/${wanted}: it has the digest sha256:`,
    ),
    failure,
  );
});

testWithUserland("neither tarball nor image: Red Hat's package, whose programs lose their ending", async (t) => {
  const registry: Registry = { blobs: new Map(), digest: '', asked: [] };
  const rpm = redHatRpm();
  const base = await serveOrigins(t, registry, rpm);
  const { again } = await fetchFrom(base, [image(), rpmOf(base)]);
  const build = await again();
  t.like(build, { name: '1.13.1', version: '1.13.1', commit });
  t.deepEqual(build.origin, { kind: 'tarball', source: `${base}/extras/docker.rpm`, sha256: sha256(rpm) });
  t.deepEqual(build.binaries.map(({ path }) => path).toSorted(), [
    '/opt/docker/docker-containerd',
    '/opt/docker/docker-containerd-shim',
    '/opt/docker/docker-proxy',
    '/opt/docker/docker-runc',
    '/opt/docker/dockerd',
  ]);
});

testWithUserland(
  'a page of a captive portal is neither pinned nor kept, and the package is taken when it comes',
  async (t) => {
    const registry: Registry = { blobs: new Map(), digest: '', asked: [] };
    const portal = await serveOrigins(t, registry, '<!DOCTYPE html><title>Please log in</title>');
    const { cache, again } = await fetchFrom(portal, [rpmOf(portal)]);
    const failure = await failureOf(again());
    t.true(failure.includes(`${portal}/extras/docker.rpm: reading an RPM: it begins with "<!DOCTYPE html><"`), failure);
    t.deepEqual(await readdir(join(cache, 'pins')).catch(() => []), []);
    t.deepEqual(await readdir(join(cache, 'downloads')), []);
    const rpm = redHatRpm();
    const real = await serve(t, (_request, response) => void response.end(rpm));
    t.is((await again([rpmOf(real)])).version, '1.13.1');
  },
);

testWithUserland('a package that its publisher has not signed is neither pinned nor kept', async (t) => {
  const registry: Registry = { blobs: new Map(), digest: '', asked: [] };
  const base = await serveOrigins(t, registry, redHatRpm());
  const published = { ...rpmOf(base), base, setting: 'NOT_SET' };
  const { cache, again } = await fetchFrom(base, [published]);
  const failure = await failureOf(again());
  t.true(
    failure.includes(`${base}/extras/docker.rpm: checking the signature of docker.rpm: it has no signature`),
    failure,
  );
  t.deepEqual(await readdir(join(cache, 'pins')).catch(() => []), []);
  t.deepEqual(await readdir(join(cache, 'downloads')), []);
});

testWithUserland('--daemon FILE.rpm, and a package without a daemon', async (t) => {
  const { cache } = await fetchFrom('http://127.0.0.1:9', []);
  const file = join(scratch(t), 'docker-1.13.1-209.git7d71120.el7.centos.x86_64.rpm');
  await writeFile(file, redHatRpm());
  t.like(await fetchDockerBuild(file, silently(cache)), { name: '1.13.1', version: '1.13.1', commit });
  const client = { path: 'usr/bin/docker-current', kind: 'file', mode: 0o755, content: Buffer.from('x') } as const;
  await writeFile(file, makeRpm({ ...facts, name: 'docker-client' }, gzipSync(cpio([client]))));
  t.is(
    await failureOf(fetchDockerBuild(file, silently(cache))),
    `LabError looking for a docker in docker-1.13.1-209.git7d71120.el7.centos.x86_64.rpm: docker-client 1.13.1-209.git7d71120.el7.centos.x86_64 has docker
  expected: the file dockerd or dockerd-current in usr/bin
  what you can do: bring the package docker or docker-ce itself, not docker-client, docker-common or containerd.io`,
  );
});
