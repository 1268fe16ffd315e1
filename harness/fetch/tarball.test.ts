import { execFile } from 'node:child_process';
import { appendFile, mkdir, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { sha256Of } from './digest.ts';
import { fetchDockerBuild } from './docker-build.ts';
import {
  cacheWithTools,
  dockerTarball,
  failureOf,
  programsOf,
  silently,
  tarOf,
  testWithUserland,
  writePrograms,
} from './fixtures.ts';

testWithUserland('a tarball is unpacked once, and verified whenever it is used', async (t) => {
  const cache = await cacheWithTools();
  const file = await dockerTarball(t, programsOf('17.03.2-ce', 'f5ec1e2'));
  const sha256 = await sha256Of(file);
  const entry = join(cache, 'builds', sha256);

  const build = await fetchDockerBuild(file, silently(cache));
  t.is(build.name, '17.03.2');
  t.deepEqual(build.origin, { kind: 'tarball', source: file, sha256 });
  t.deepEqual(build.mounts, [{ source: join(entry, 'files/docker'), target: '/opt/docker' }]);
  const seen: string[] = [];
  t.deepEqual(await fetchDockerBuild(file, silently(cache, seen)), build);
  t.deepEqual(seen, [`reading ${file}`]);

  const runc = join(entry, 'files/docker/docker-runc');
  const before = await sha256Of(runc);
  await appendFile(runc, '# damage');
  t.is(
    await failureOf(fetchDockerBuild(file, silently(cache))),
    `LabError reading the cache entry ${entry}: files/docker/docker-runc has SHA-256 ${await sha256Of(runc)}; it was ${before} when it was made
  expected: what the lab put there
  what you can do: remove the entry, and it is downloaded again: rm -r ${entry}`,
  );
});

test('a tarball that is broken', async (t) => {
  const cache = scratch(t);
  const work = scratch(t);
  await writePrograms(join(work, 'content'), programsOf('1.13.1', '092cba3'));
  const file = await tarOf(join(work, 'content'), join(work, 'docker.tgz'));
  await truncate(file, 200);
  t.is(
    await failureOf(fetchDockerBuild(file, silently(cache))),
    `LabError unpacking ${file}: tar exited with 2
  expected: a tar archive, compressed or not
  evidence:
    gzip: stdin: unexpected end of file
    tar: Child returned status 1
    tar: Error is not recoverable: exiting now
  what you can do: it is damaged or was not downloaded completely: download it again`,
  );
  t.deepEqual(await readdir(join(cache, 'builds')), []);
  t.deepEqual(await readdir(join(cache, 'staging')), []);
});

test('a tarball that wants out of its directory', async (t) => {
  const work = scratch(t);
  await mkdir(join(work, 'in'));
  await writeFile(join(work, 'evil'), '');
  const file = join(work, 'evil.tar');
  const args = ['--create', '--absolute-names', '--file', file, '--directory', join(work, 'in'), '../evil'];
  await promisify(execFile)('tar', args);
  t.is(
    await failureOf(fetchDockerBuild(file, silently(scratch(t)))),
    `LabError unpacking ${file}: it has ../evil
  expected: plain files, directories and links with names that stay within the directory it is unpacked to
  what you can do: bring another archive, this one is not of docker and not a kernel`,
  );
});

test('a tarball without dockerd', async (t) => {
  const file = await dockerTarball(t, { docker: '' });
  t.is(
    await failureOf(fetchDockerBuild(file, silently(scratch(t)))),
    `LabError looking at the docker build ${file}: there is none; it has: docker
  expected: a file dockerd, in it or in its folder docker
  what you can do: bring the folder that dockerd lies in. Docker before 1.12 has no dockerd and is too old for the lab`,
  );
});

test('a link of a tarball that leads to the machine is not followed', async (t) => {
  const work = scratch(t);
  const cache = scratch(t);
  await mkdir(join(work, 'content'));
  await symlink('/bin/sh', join(work, 'content/dockerd'));
  const file = await tarOf(join(work, 'content'), join(work, 'docker.tgz'));
  await rm(join(work, 'content'), { recursive: true });
  t.regex(await failureOf(fetchDockerBuild(file, silently(cache))), /is a link that leads out of the directory/);
});
