import { appendFile, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { findBinaries } from './binaries.ts';
import { fetchDockerBuild } from './docker-build.ts';
import { cacheWithTools, failureOf, silently, testWithUserland, writePrograms } from './fixtures.ts';
import { defaultDaemons, listDockerBuilds } from './known-builds.ts';
import { userlandRecipes } from '../../vms/debian.ts';
import { dockerNames, staticDockers } from '../../vms/docker-builds.ts';

const known = `Known: ${dockerNames.join(', ')}. Or give the path of a directory, tarball or RPM.`;

const failure = (spec: string) => failureOf(fetchDockerBuild(spec, silently('/nonexistent')));

test('a name that is not in the catalogue', async (t) => {
  t.is(await failure('1.13'), `UsageError There is no docker "1.13". Did you mean "1.13.1"? ${known}`);
  t.is(await failure('20.10.34'), `UsageError There is no docker "20.10.34". Did you mean "20.10.24"? ${known}`);
  t.is(await failure('no-such'), `UsageError There is no docker "no-such". ${known}`);
  t.is(await failure('./docker.tgz'), 'UsageError There is no file or directory "./docker.tgz".');
});

/** The userland `tools` with a script for a dockerd, in place of `bookworm`: saves a download of 90 MB. */
async function pretendBookworm(cache: string, says: string): Promise<string> {
  const directory = join(cache, 'userlands/bookworm');
  await mkdir(directory, { recursive: true });
  await cp(join(await cacheWithTools(), 'userlands/tools/root'), join(directory, 'root'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await writePrograms(join(directory, 'root/usr/sbin'), { dockerd: says });
  const packages = userlandRecipes.find(({ name }) => name === 'bookworm')?.packages ?? [];
  const asked = Object.fromEntries(packages.map((name) => [name, '1']));
  const manifest = {
    version: 1,
    name: 'bookworm',
    suite: 'bookworm',
    packages: { ...asked, 'docker.io': '20.10.24+dfsg1-1+deb12u1+b6' },
    binaries: await findBinaries(directory, ['root/usr/sbin']),
    bytes: 1,
  };
  await writeFile(join(directory, 'manifest.json'), JSON.stringify(manifest));
  return directory;
}

testWithUserland('a docker of Debian, from the cache', async (t) => {
  const cache = scratch(t);
  const directory = await pretendBookworm(cache, 'Docker version 20.10.24+dfsg1, build 5d6db84');
  const { binaries, userland, ...rest } = await fetchDockerBuild('20.10.24', silently(cache));
  t.deepEqual(rest, {
    name: '20.10.24',
    version: '20.10.24',
    commit: '5d6db84',
    origin: { kind: 'debian', suite: 'bookworm', package: 'docker.io', version: '20.10.24+dfsg1-1+deb12u1+b6' },
    mounts: [],
    path: '/usr/sbin:/usr/bin:/sbin:/bin',
  });
  t.is(userland.root, join(directory, 'root'));
  t.deepEqual(
    binaries.map(({ path }) => path),
    ['/usr/sbin/dockerd'],
  );
  await appendFile(join(directory, 'root/usr/sbin/dockerd'), '# damage');
  t.regex(
    await failureOf(fetchDockerBuild('20.10.24', silently(cache))),
    /^LabError reading the cache entry .*\/userlands\/bookworm: root\/usr\/sbin\/dockerd has SHA-256 \w{64}; it was \w{64} when/,
  );
});

testWithUserland('a suite whose docker is not the one of the catalogue any more', async (t) => {
  const cache = scratch(t);
  const directory = await pretendBookworm(cache, 'Docker version 20.10.25+dfsg1, build 5d6db84');
  t.is(
    await failureOf(fetchDockerBuild('20.10.24', silently(cache))),
    `NotApplicableError fetching docker 20.10.24: bookworm has 20.10.25 there
  expected: docker 20.10.24 in bookworm on the Debian mirror
  what you can do: set DOCKERD_LEAK_LAB_DEBIAN_MIRROR to a mirror or snapshot that has it, and drop the cache entry: rm -r ${directory}`,
  );
});

/** A cached tarball as far as lists are concerned. */
async function pretendUnpacked(cache: string, sha256: string, version: string): Promise<string> {
  const directory = join(cache, 'builds', sha256);
  const docker = { version, commit: '092cba3' };
  const rest = { source: '/home/me/docker.tgz', folder: 'docker', binaries: [], bytes: 80 };
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'manifest.json'), JSON.stringify({ version: 1, sha256, docker, ...rest }));
  return directory;
}

test('what is known of a cache that is empty', async (t) => {
  const cache = scratch(t);
  t.deepEqual(
    (await listDockerBuilds(cache)).map(({ name, cached }) => [name, cached]),
    dockerNames.map((name) => [name, undefined]),
  );
  t.deepEqual(await defaultDaemons(cache), ['20.10.24', '26.1.5']);
});

test('what is known of a cache with tarballs that were brought', async (t) => {
  const cache = scratch(t);
  const pinned = staticDockers.find(({ name }) => name === '1.13.1');
  const old = await pretendUnpacked(cache, pinned?.sha256 ?? '', '1.13.1');
  const other = await pretendUnpacked(cache, 'ab'.repeat(32), '24.0.7');
  const builds = await listDockerBuilds(cache);
  const brought = { origin: 'tarball', source: '/home/me/docker.tgz' } as const;
  const cached = builds.filter((build) => build.cached !== undefined);
  t.deepEqual(cached[0], { name: '1.13.1', ...brought, cached: { directory: old, version: '1.13.1', bytes: 80 } });
  t.deepEqual(cached[1], {
    name: join(other, 'files'),
    ...brought,
    cached: { directory: other, version: '24.0.7', bytes: 80 },
  });
  t.deepEqual(await defaultDaemons(cache), ['1.13.1', '20.10.24', '26.1.5']);
});

test('a list of a cache that is a file', async (t) => {
  const cache = join(scratch(t), 'cache');
  await symlink('/dev/null', cache);
  t.regex(
    await failureOf(listDockerBuilds(cache)),
    /^LabError fetching the list of docker builds: \S+\/cache or a part of its path is a file\n/,
  );
});
