import { once } from 'node:events';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import test from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import type { StaticDocker } from '../../vms/docker-builds.ts';
import { sha256Of } from './digest.ts';
import { cacheWithTools, dockerTarball, failureOf, programsOf, serve, silently, testWithUserland } from './fixtures.ts';
import { requireSpeed } from './download.ts';
import { fetchStaticBuild } from './static-build.ts';

const bring =
  'bring docker 1.13.1 as --daemon DIR or --daemon docker.tgz, ' +
  'or set DOCKERD_LEAK_LAB_STATIC_MIRROR to the address of a directory that has the tarball';

function pinned(base: string, sha256: string): StaticDocker {
  return { name: '1.13.1', base, file: 'docker.tgz', sha256, megabytes: 1 };
}

testWithUserland('an interrupted download is gone on with', async (t) => {
  const cache = await cacheWithTools();
  const file = await dockerTarball(t, programsOf('1.13.1', '092cba3'));
  const content = await readFile(file);
  const half = Math.floor(content.length / 2);
  const ranges: (string | undefined)[] = [];
  const address = await serve(t, ({ headers: { range } }, response) => {
    ranges.push(range);
    if (range === undefined) {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, half), () => setTimeout(() => response.destroy(), 200));
    } else {
      response.writeHead(206).end(content.subarray(half));
    }
  });
  const docker = pinned(address, await sha256Of(file));
  const part = join(cache, 'downloads', `${docker.sha256}.part`);

  t.is(
    await failureOf(fetchStaticBuild(docker, silently(cache), [])),
    `NotApplicableError fetching docker 1.13.1: other side closed
  expected: its static build from ${address}/docker.tgz
  what you can do: ${bring}`,
  );
  t.is((await stat(part)).size, half);
  const build = await fetchStaticBuild(docker, silently(cache), []);
  t.deepEqual(ranges, [undefined, `bytes=${half}-`]);
  t.deepEqual(build.origin, { kind: 'tarball', source: `${address}/docker.tgz`, sha256: docker.sha256 });
  t.is(build.commit, '092cba3');
  t.deepEqual(await readdir(dirname(part)), []);
  await fetchStaticBuild(docker, silently(cache), []);
  t.is(ranges.length, 2, 'the second time it is in the cache');
});

test('a server without ranges begins at the beginning, and one with a shorter file is asked again', async (t) => {
  const cache = scratch(t);
  const statuses: number[] = [];
  const address = await serve(t, ({ headers: { range } }, response) => {
    const status = range !== undefined && statuses.length === 0 ? 416 : 200;
    statuses.push(status);
    response.writeHead(status).end(status === 200 ? 'no tarball' : '');
  });
  const other = join(cache, 'other');
  await writeFile(other, 'no tarball');
  const docker = pinned(address, await sha256Of(other));
  await mkdir(join(cache, 'downloads'));
  await writeFile(join(cache, 'downloads', `${docker.sha256}.part`), 'much longer than the file is');
  t.regex(
    await failureOf(fetchStaticBuild(docker, silently(cache), [])),
    /^LabError unpacking .*docker\.tgz: tar exited with 2\n/,
  );
  t.deepEqual(statuses, [416, 200]);
});

test('another digest than the pinned one', async (t) => {
  const cache = scratch(t);
  const address = await serve(t, (_request, response) => void response.end('something else'));
  const sha256 = 'ab'.repeat(32);
  t.is(
    await failureOf(fetchStaticBuild(pinned(address, sha256), silently(cache), [])),
    `LabError downloading docker 1.13.1: ${address}/docker.tgz has SHA-256 f41f3fa625ff120ddca7ef456bf66371ecea23c129f4e4c32367101edb516cf8
  expected: SHA-256 ${sha256}
  what you can do: the file was removed; try again, and distrust the server if it happens again`,
  );
  t.deepEqual(await readdir(join(cache, 'downloads')), []);
});

test('a server that does not have it', async (t) => {
  const cache = scratch(t);
  const address = await serve(t, (_request, response) => void response.writeHead(404).end());
  t.is(
    await failureOf(fetchStaticBuild(pinned(address, 'ab'.repeat(32)), silently(cache), [])),
    `NotApplicableError fetching docker 1.13.1: the server answers 404 Not Found
  expected: its static build from ${address}/docker.tgz
  what you can do: ${bring}`,
  );
});

test('a server that is not there', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  server.close();
  const docker = pinned(`http://127.0.0.1:${port}`, 'ab'.repeat(32));
  t.is(
    await failureOf(fetchStaticBuild(docker, silently(scratch(t)), [])),
    `NotApplicableError fetching docker 1.13.1: connect ECONNREFUSED 127.0.0.1:${port}
  expected: its static build from http://127.0.0.1:${port}/docker.tgz
  what you can do: ${bring}`,
  );
});

test('a server that sends without end', async (t) => {
  const cache = scratch(t);
  const address = await serve(t, (_request, response) => void response.end(Buffer.alloc(2_000_000)));
  t.is(
    await failureOf(fetchStaticBuild(pinned(address, 'ab'.repeat(32)), silently(cache), [])),
    `NotApplicableError fetching docker 1.13.1: the server sends more than the 1 MB it has
  expected: its static build from ${address}/docker.tgz
  what you can do: ${bring}`,
  );
});

test('a server that sends a redirection to itself', async (t) => {
  const address = await serve(t, ({ url }, response) => void response.writeHead(302, { Location: url }).end());
  t.is(
    await failureOf(fetchStaticBuild(pinned(address, 'ab'.repeat(32)), silently(scratch(t)), [])),
    `NotApplicableError fetching docker 1.13.1: redirect count exceeded
  expected: its static build from ${address}/docker.tgz
  what you can do: ${bring}`,
  );
});

test('a server that sends a byte now and then is given up after a minute', (t) => {
  t.notThrows(() => requireSpeed(12, 59_000));
  t.notThrows(() => requireSpeed(700_000, 65_000));
  t.throws(() => requireSpeed(13, 65_000), {
    name: 'UnreachableError',
    message: 'the server sends 0 bytes a second, and at least 10000 are required',
  });
});
