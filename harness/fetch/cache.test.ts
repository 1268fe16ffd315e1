import { once } from 'node:events';
import { access, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { z } from 'zod';
import { cacheDirectory, fetchOnce, type EntryRecipe } from './cache.ts';
import { failureOf, outputOf, silently, startScript, testAsRoot } from './fixtures.ts';
import { cacheVersion } from './manifest.ts';

const schema = z.strictObject({ version: z.literal(cacheVersion), answer: z.int() });
type Manifest = z.infer<typeof schema>;

function recipe(make: EntryRecipe<Manifest>['make']): EntryRecipe<Manifest> {
  return { entry: 'things/thing', what: 'the thing', megabytes: 1, schema, make };
}

const answer: Manifest = { version: cacheVersion, answer: 42 };
const prelude = `
  import { existsSync, writeFileSync } from 'node:fs';
  import { appendFile, writeFile } from 'node:fs/promises';
  import { setTimeout } from 'node:timers/promises';
  import { z } from ${JSON.stringify(import.meta.resolve('zod'))};
  import { fetchOnce } from ${JSON.stringify(import.meta.resolve('./cache.ts'))};
  import { runWell } from ${JSON.stringify(import.meta.resolve('./programs/program.ts'))};
  const schema = z.looseObject({ version: z.literal(1) });
  const thing = (cache, make, progress = ({ what }) => console.log(what)) =>
    fetchOnce({ entry: 'things/thing', what: 'the thing', megabytes: 1, schema, make }, { cache, progress });
`;

test('the cache lies where the user wants it, or where caches of users lie', (t) => {
  const before = process.env['DOCKERD_LEAK_LAB_CACHE'];
  process.env['DOCKERD_LEAK_LAB_CACHE'] = '/big/disk';
  t.is(cacheDirectory(), '/big/disk');
  delete process.env['DOCKERD_LEAK_LAB_CACHE'];
  t.regex(cacheDirectory(), /\/dockerd-leak-lab$/);
  if (before !== undefined) process.env['DOCKERD_LEAK_LAB_CACHE'] = before;
});

test('an entry is made once and found from then on', async (t) => {
  const cache = scratch(t);
  const made = await fetchOnce(
    recipe(async (directory) => {
      await writeFile(join(directory, 'content'), 'x');
      return answer;
    }),
    silently(cache),
  );
  const found = await fetchOnce(
    recipe(() => Promise.reject(new Error('made again'))),
    silently(cache),
  );
  t.deepEqual(found, made);
  t.deepEqual((await readdir(made.directory)).sort(), ['content', 'manifest.json']);
  t.deepEqual(await readdir(join(cache, 'staging')), []);
});

test('an entry of another version of the lab is made again', async (t) => {
  const cache = scratch(t);
  await mkdir(join(cache, 'things/thing'), { recursive: true });
  await writeFile(join(cache, 'things/thing/manifest.json'), '{"version": 0, "old": true}');
  const { manifest } = await fetchOnce(
    recipe(() => Promise.resolve(answer)),
    silently(cache),
  );
  t.deepEqual(manifest, answer);
});

test('an entry that is not what is asked for any more is made again', async (t) => {
  const cache = scratch(t);
  const made = recipe(() => Promise.resolve(answer));
  await fetchOnce(made, silently(cache));
  const other = { ...recipe(() => Promise.resolve({ ...answer, answer: 43 })), isCurrent: isOther };
  t.is((await fetchOnce(other, silently(cache))).manifest.answer, 43);
  const again = { ...recipe(() => Promise.reject(new Error('made again'))), isCurrent: isOther };
  t.is((await fetchOnce(again, silently(cache))).manifest.answer, 43);
});

const isOther = (manifest: Manifest) => manifest.answer === 43;

test('a manifest that is none is a failure that says how to go on', async (t) => {
  const cache = scratch(t);
  const directory = join(cache, 'things/thing');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'manifest.json'), '{');
  t.is(
    await failureOf(
      fetchOnce(
        recipe(() => Promise.resolve(answer)),
        silently(cache),
      ),
    ),
    `LabError reading the cache entry ${directory}: ${directory}/manifest.json is not a manifest
  expected: what the lab put there
  what you can do: remove the entry, and it is downloaded again: rm -r ${directory}`,
  );
});

test('two runs at once: one makes the entry, the other waits for it', async (t) => {
  const cache = scratch(t);
  const [log, told] = [join(cache, 'log'), join(cache, 'told')];
  // The one that makes it goes on when the other has said that it waits.
  const code = `${prelude}
    const { manifest } = await thing(${JSON.stringify(cache)}, async () => {
      await appendFile(${JSON.stringify(log)}, 'made\\n');
      while (!existsSync(${JSON.stringify(told)})) await setTimeout(10);
      return { version: 1, by: process.pid };
    }, ({ what }) => {
      console.log(what);
      writeFileSync(${JSON.stringify(told)}, what);
    });
    console.log(manifest.by);`;
  const outputs = await Promise.all([1, 2].map(() => outputOf(startScript(t, code))));
  t.is(await readFile(log, 'utf8'), 'made\n');
  const lines = outputs.map((output) => output.trim().split('\n'));
  t.is(new Set(lines.map((line) => line.at(-1))).size, 1);
  t.deepEqual(
    lines.flatMap((line) => line.slice(0, -1)),
    ['waiting for another run that is fetching the thing'],
  );
});

test('a run that is killed while it makes the entry leaves nothing in the way of the next', async (t) => {
  const cache = scratch(t);
  const killed = startScript(
    t,
    `${prelude} await thing(${JSON.stringify(cache)}, async (directory) => {
      await writeFile(directory + '/half', '');
      console.log('making');
      await setTimeout(60_000);
    });`,
  );
  await once(killed.stdout ?? t.fail(), 'data');
  await access(join(cache, 'staging/things-thing/half'));
  killed.kill('SIGKILL');
  const { directory } = await fetchOnce(
    recipe(() => Promise.resolve(answer)),
    silently(cache),
  );
  t.deepEqual(await readdir(directory), ['manifest.json']);
});

test('who waits can give up', async (t) => {
  const cache = scratch(t);
  const { promise: done, resolve: finish } = Promise.withResolvers<Manifest>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
  const first = fetchOnce(
    recipe(() => {
      begin(undefined);
      return done;
    }),
    silently(cache),
  );
  await begun;
  const stop = new AbortController();
  const second = fetchOnce(
    recipe(() => done),
    {
      cache,
      signal: stop.signal,
      progress: () => stop.abort(new Error('enough')),
    },
  );
  t.is(await failureOf(second), 'Error enough');
  finish(answer);
  t.deepEqual((await first).manifest, answer);
});

test('a cache that is a file', async (t) => {
  const cache = join(scratch(t), 'cache');
  await writeFile(cache, '');
  t.is(
    await failureOf(
      fetchOnce(
        recipe(() => Promise.resolve(answer)),
        silently(cache),
      ),
    ),
    `LabError fetching the thing: ${cache} or a part of its path is a file
  expected: a directory for the cache that can be written
  evidence:
    ENOTDIR: not a directory, open '${cache}/things/thing/manifest.json'
  what you can do: set DOCKERD_LEAK_LAB_CACHE to a directory that this user may write`,
  );
});

const onSmallDisk = (size: string, directory: string, options = '') => {
  const mount = `mount -t tmpfs -o size=${size}${options} tmpfs "$0" && exec "$@"`;
  return ['unshare', '--mount', 'sh', '-c', mount, directory];
};

testAsRoot('a read-only file system', async (t) => {
  const cache = scratch(t);
  const code = `${prelude} await thing(${JSON.stringify(cache)}).catch((error) => console.log(error.message));`;
  t.is(
    await outputOf(startScript(t, code, onSmallDisk('1m', cache, ',ro'))),
    `fetching the thing: ${cache} is on a read-only file system
  expected: a directory for the cache that can be written
  evidence:
    EROFS: read-only file system, access '${cache}'
  what you can do: set DOCKERD_LEAK_LAB_CACHE to a directory that this user may write
`,
  );
});

testAsRoot('a disk that is too small to begin with', async (t) => {
  const cache = scratch(t);
  const code = `${prelude} await thing(${JSON.stringify(cache)}).catch((error) => console.log(error.message));`;
  t.is(
    await outputOf(startScript(t, code, onSmallDisk('512k', cache))),
    `fetching the thing: there are 0 MB
  expected: 1 MB of free space in the cache ${cache}
  what you can do: set DOCKERD_LEAK_LAB_CACHE to a directory with 1 MB free
`,
  );
});

const fillers: Record<string, string> = {
  'our own writing': `writeFile(directory + '/big', Buffer.alloc(8e6))`,
  'a program': `runWell('dd', ['if=/dev/zero', 'of=' + directory + '/big', 'bs=1M', 'count=8', 'status=none'])`,
};
const evidence: Record<string, string> = {
  'our own writing': 'ENOSPC: no space left on device, write',
  'a program': "dd: error writing 'CACHE/staging/things-thing/big': No space left on device",
};
for (const [who, filler] of Object.entries(fillers)) {
  testAsRoot(`a disk that ${who} fills`, async (t) => {
    const cache = scratch(t);
    const code = `${prelude}
      const make = (directory) => ${filler};
      await thing(${JSON.stringify(cache)}, make).catch((error) => console.log(error.message));`;
    t.is(
      await outputOf(startScript(t, code, onSmallDisk('4m', cache))),
      `fetching the thing: its file system is full
  expected: 1 MB of free space in the cache ${cache}
  evidence:
    ${evidence[who]?.replace('CACHE', cache)}
  what you can do: set DOCKERD_LEAK_LAB_CACHE to a directory with 1 MB free
`,
    );
  });
}
