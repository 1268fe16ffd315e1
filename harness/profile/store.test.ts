import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { fakeDaemon } from '../../test/support/fake-daemon.ts';
import { plainSchema } from '../evidence/members.ts';
import { profileMembers } from '../evidence/daemon-notes.ts';
import { scratch } from '../../test/support/scratch.ts';
import { profileLines } from '../figures/profile-lines.ts';
import { takeProfile, type Profile } from './profile.ts';
import { storeProfiles } from './store.ts';
import { recorded } from './testing/fixtures.ts';

/** A daemon that has hardly anything yet. */
const calm: Profile = {
  heap: Buffer.from(`heap profile: 1: 524288 [1: 524288] @ heap/1048576
1: 524288 [1: 524288] @ 0x1
#\t0x1\tbufio.NewReaderSize+0x1\t/src/bufio.go:57
`),
  goroutines: 'goroutine profile: total 1\n1 @ 0x1\n#\t0x1\tmain.main+0x1\t/src/main.go:1\n',
};

const growth = `heap profile, a sample for 512 KiB: inuse_space was 0.8 MB ± 0.5 (1 sample) before the doses and 135.8 MB ± 8.4 (256 samples) after them
what has grown, by 134.9 MB:
  flat bytes  flat %   cum bytes   cum %  function
  66,557,146  49.3 %  66,557,146  49.3 %  pubsub.(*Publisher).SubscribeTopic
  24,194,168  17.9 %  24,194,168  17.9 %  bufio.NewWriterSize
  14,960,748  11.1 %  14,960,748  11.1 %  bufio.NewReaderSize`;

const waiting = `12033 goroutines after the doses, by what they wait for:
  4001  hack.(*MalformedHostHeaderOverrideConn).Read ← http.(*connReader).backgroundRead
  4000  daemon.(*Daemon).ContainerStats ← container.(*containerRouter).getContainersStats ← router.cancellableHandler.func1 ← …
  4000  router.cancellableHandler.func1.1
     6  ioutils.(*BytesPipe).Read ← logger.(*Copier).copySrc
     6  fifo.(*fifo).Read ← bufio.(*Reader).fill ← bufio.(*Reader).WriteTo ← …
  20 in 20 smaller groups
profiles: heap-before.txt, heap.pb.gz, heap.svg, goroutines.txt; the heap's have alloc_objects/count, alloc_space/bytes, inuse_objects/count, inuse_space/bytes`;

test('what has grown leads to the leak, and the files have the whole of it', async (t) => {
  const directory = scratch(t);
  const after = await recorded();
  const record = await storeProfiles((name) => path.join(directory, name), 'dockerd 1.13.1', calm, after);
  t.deepEqual(plainSchema(profileMembers).parse(JSON.parse(JSON.stringify(record))), record);
  const lines = profileLines(record).join('\n');
  t.is(lines.slice(0, growth.length), growth);
  t.is(lines.slice(-waiting.length), waiting);
  t.deepEqual((await readdir(directory)).sort(), [...record.files].sort());
  t.deepEqual(await readFile(path.join(directory, 'heap.pb.gz')), after.heap);
  t.is(await readFile(path.join(directory, 'goroutines.txt'), 'utf8'), after.goroutines);
  const svg = await readFile(path.join(directory, 'heap.svg'), 'utf8');
  t.true(svg.includes('heap in use after GC, 135.8 MB, dockerd 1.13.1'));
});

test('what the sampling may have made is not shown as growth', async (t) => {
  const directory = scratch(t);
  const record = await storeProfiles((name) => path.join(directory, name), 'dockerd 1.13.1', calm, calm);
  t.deepEqual(profileLines(record), [
    'heap profile, a sample for 512 KiB: inuse_space was 0.8 MB ± 0.5 (1 sample) before the doses and 0.8 MB ± 0.5 (1 sample) after them, no more apart than sampling may put them',
    '1 goroutine after the doses, by what they wait for:',
    '  1 in 1 smaller group',
    "profiles: heap-before.txt, heap.txt, heap.svg, goroutines.txt; the heap's have inuse_objects/count, inuse_space/bytes",
  ]);
});

test('a profile is taken after two collections; an old daemon is asked for its text', async (t) => {
  const { heap, goroutines } = await recorded();
  const asked: string[] = [];
  const daemon = (answers: Record<string, Buffer | string>) =>
    fakeDaemon(t, ({ url = '' }, response) => {
      asked.push(url);
      response.end(answers[url.replace('/debug/pprof/', '')]);
    });
  const taken = async (answers: Record<string, Buffer | string>) =>
    takeProfile({ daemon: { connect: await daemon(answers) } });
  const pages = { 'heap?gc=1': heap, 'goroutine?debug=1': goroutines };
  t.deepEqual(await taken(pages), { heap, goroutines });
  const old = {
    ...pages,
    'heap?gc=1': 'heap profile: 1: 524288 [1: 524288] @ heap/1048576',
    'heap?debug=1': calm.heap,
  };
  t.deepEqual(await taken(old), { heap: calm.heap, goroutines });
  const first = ['/debug/pprof/heap?gc=1', '/debug/pprof/heap?gc=1', '/debug/pprof/goroutine?debug=1'];
  t.deepEqual(asked, [...first, ...first, '/debug/pprof/heap?debug=1']);
});

test('a daemon that is not in debug mode', async (t) => {
  const connect = await fakeDaemon(t, (_, response) => response.writeHead(404).end('page not found\n'));
  await t.throwsAsync(takeProfile({ daemon: { connect } }), {
    message: 'reading /debug/pprof/heap?gc=1: status 404, page not found\n',
  });
});
