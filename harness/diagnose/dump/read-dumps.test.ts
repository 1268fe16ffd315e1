import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { knowledge } from '../../../scenarios/common/diagnosis/knowledge.ts';
import { scratch } from '../../../test/support/scratch.ts';
import { LabError } from '../../core/errors.ts';
import { diagnose } from '../diagnose.ts';
import type { Finding, Problem } from '../model/finding.ts';
import { readDumps } from './read-dumps.ts';

const here = import.meta.dirname;
const fixture = (name: string) => readFileSync(path.join(here, 'testing', name));
const text = (name: string) => gunzipSync(fixture(name)).toString();
const debug1 = text('goroutines-26.1.5-attach.debug1.txt.gz');
const debug2 = text('goroutines-26.1.5-attach.debug2.txt.gz');
const ofSignal = text('goroutines-26.1.5-attach.sigusr1.log.gz');
const heap = text('heap-26.1.5-attach.debug1.txt.gz');
const hanging = readFileSync(path.join(here, '../../profile/testing/goroutines-1.13.1-4000-hanging-calls.txt'), 'utf8');
const heapOfHanging = readFileSync(path.join(here, '../../profile/testing/heap-1.13.1-4000-hanging-calls.pb.gz'));
const kernel = (name: string) => readFileSync(path.join(here, '../../probes/kernel/testing/3.10.0-514', name), 'utf8');

/** Files with these contents, named dump-1, dump-2 and so on. */
function dumps(t: ExecutionContext, ...contents: (string | Buffer)[]): string[] {
  const directory = path.join(scratch(t), 'd');
  mkdirSync(directory);
  return contents.map((content, index) => {
    const file = path.join(directory, `dump-${index + 1}`);
    writeFileSync(file, content);
    return file;
  });
}

function findingOf(t: ExecutionContext, problem: Problem, ...contents: (string | Buffer)[]): Finding | undefined {
  const { findings } = diagnose(readDumps(dumps(t, ...contents)), knowledge);
  return findings.find((one) => one.problem === problem);
}

const attaches = { fact: 'goroutines-at', function: 'daemon.(*Daemon).containerAttach', count: 40 };

/** A change of the text as it happens to what people paste. */
const pasted = {
  'as it is': (dump: string) => dump,
  'packed with gzip': (dump: string) => gzipSync(dump),
  'tabs are blanks': (dump: string) => dump.replaceAll('\t', '        '),
  'of Windows': (dump: string) => `\uFEFF${dump.replaceAll('\n', '\r\n')}`,
  'of a journal': (dump: string) => dump.replaceAll(/^/gm, 'Nov 26 08:00:00 web-1 dockerd[500]: '),
  'of a journal, short-iso': (dump: string) =>
    dump.replaceAll(/^/gm, '2026-11-26T08:00:00+0000 web-1 dockerd-current[500]: '),
  'with fp, sp and pc': (dump: string) =>
    dump.replaceAll(/( \+0x[0-9a-f]+)$/gm, '$1 fp=0xc0001 sp=0xc0002 pc=0x47a5e1'),
  'with words before and after it': (dump: string) => `\n\n${dump}\n\n`,
};

const headOfQuit =
  'SIGQUIT: quit\nPC=0x47a5e1 m=0 sigcode=0\n\ngoroutine 0 gp=0x5653cd2dc4f0 m=0 mp=0x5653cd2dd2a0 [idle]:\nruntime.futex(0x5653cd2de3e8, 0x80, 0x0, 0x0, 0x0, 0x0)\n\truntime/sys_linux_amd64.s:557 +0x21 fp=0x7ffe5 sp=0x7ffe4 pc=0x47a5e1\n\n';
const registers =
  'rax    0xca\nrbx    0x0\nr8     0x0\nrip    0x47a5e1\nrflags 0x286\ncs     0x33\nfs     0x0\ngs     0x0\n';

for (const [name, dump] of Object.entries({
  'debug=1': debug1,
  'debug=2': debug2,
  SIGUSR1: ofSignal,
  SIGQUIT: `${headOfQuit}${ofSignal}\n${registers}`,
})) {
  for (const [how, change] of Object.entries(pasted)) {
    test(`26.1.5 with 40 abandoned attaches, ${name}, ${how}`, (t) => {
      const found = findingOf(t, 'attach-leak', change(dump));
      t.is(found?.state, 'affected');
      const [fact] = found?.facts ?? [];
      t.like(fact, attaches);
    });
  }
}

test('26.1.5 with 40 abandoned attaches, protobuf', (t) => {
  const found = findingOf(t, 'attach-leak', fixture('goroutines-26.1.5-attach.pb.gz'));
  t.is(found?.state, 'affected');
  t.like(found?.facts[0], attaches);
});

test('the longest wait, where the dump has it', (t) => {
  const waiting = debug2.replaceAll(
    /\[(select|chan receive|sync\.WaitGroup\.Wait|semacquire)\]:/g,
    '[$1, 73 minutes]:',
  );
  t.not(waiting, debug2);
  t.like(findingOf(t, 'attach-leak', waiting)?.facts[0], { ...attaches, waitedMinutes: 73 });
});

test('1.13.1 with 4,000 hanging calls', (t) => {
  const found = findingOf(t, 'hanging-stats', hanging);
  t.is(found?.state, 'affected');
  t.like(found?.facts[0], { fact: 'goroutines-at', function: 'daemon.(*Daemon).ContainerStats', count: 4000 });
});

test('a heap, as text and as protobuf', (t) => {
  const facts = (content: string | Buffer) => diagnose(readDumps(dumps(t, content)), knowledge).facts;
  for (const content of [
    heap,
    heap.replaceAll('\t', '   '),
    heap.replaceAll('\n', '\r\n'),
    heap.replaceAll(/^/gm, '  '),
  ]) {
    const [dump, largest] = facts(content);
    t.like(dump, { fact: 'dump', file: 'dump-1', kind: 'heap-profile' });
    t.like(largest, { fact: 'heap-at' });
    t.deepEqual(facts(content), facts(heap));
  }
  const [, largest] = facts(heapOfHanging);
  t.like(largest, { fact: 'heap-at' });
});

test('a heap without symbols says so', (t) => {
  const bare = heap.replaceAll(/^#\t0x.*\n/gm, '');
  const { facts } = diagnose(readDumps(dumps(t, bare)), knowledge);
  t.deepEqual(
    facts.map(({ fact }) => fact),
    ['dump', 'heap-without-symbols'],
  );
});

const slabtop = ` Active / Total Objects (% used)    : 905471 / 1053893 (85.9%)
 Minimum / Average / Maximum Object : 0.01K / 0.28K / 8.00K

  OBJS ACTIVE  USE OBJ SIZE  SLABS OBJ/SLAB CACHE SIZE NAME
 81600  81600 100%    0.12K   2400       34      9600K kmalloc-128
  1600   1600 100%    2.00K    100       16      3.2M task_struct
`;

test('slab caches, of slabinfo and slabtop', (t) => {
  const caches = (content: string) => readDumps(dumps(t, content)).slabCaches;
  t.deepEqual(caches(slabtop), [
    { name: 'kmalloc-128', bytes: 9600 * 1024 },
    { name: 'task_struct', bytes: Math.round(3.2 * 1024 ** 2) },
  ]);
  t.deepEqual(caches(slabtop.slice(slabtop.indexOf('  OBJS'))), caches(slabtop));
  const [largest, second] = caches(kernel('after-slabinfo')) ?? [];
  t.true((largest?.bytes ?? 0) >= (second?.bytes ?? 0) && (second?.bytes ?? 0) > 0);
  t.deepEqual(caches(kernel('after-slabinfo').replaceAll('\n', '\r\n')), caches(kernel('after-slabinfo')));
});

test('/proc/cgroups', (t) => {
  const { samples } = readDumps(dumps(t, kernel('after-cgroups')));
  t.deepEqual(samples[0]?.cgroups?.['memory'], { count: 1, enabled: true });
});

const ss = `Netid State  Recv-Q Send-Q            Local Address:Port  Peer Address:Port
u_str LISTEN 0      128    /run/docker.sock 100            * 0     users:(("dockerd",pid=500,fd=4))
u_str ESTAB  0      0      /run/docker.sock 101            * 201   users:(("dockerd",pid=500,fd=9))
u_str ESTAB  0      0                     * 201            * 101   users:(("agent",pid=412,fd=7))
u_str ESTAB  0      0      /run/docker.sock 102            * 202   users:(("dockerd",pid=500,fd=10))
u_str ESTAB  0      0                     * 202            * 102   users:(("agent",pid=412,fd=8))
u_str ESTAB  0      0      /run/docker.sock 103            * 0     users:(("dockerd",pid=500,fd=11))
u_dgr UNCONN 0      0      /run/systemd/my socket 7        * 0     users:(("systemd",pid=1,fd=3))
`;

test('the callers of ss -xp, with the column State and without', (t) => {
  const callers = { callers: [{ pid: 412, connections: 2, command: 'agent' }], gone: 1, unseen: 0 };
  for (const content of [
    ss,
    ss.replace(/^Netid.*\n/, ''),
    ss.replaceAll('\n', '\r\n'),
    ss.replaceAll(/^(u_\w+) [A-Z]+ +/gm, '$1 ').replaceAll(/^.* (?:100|7) +\* 0.*\n/gm, ''),
  ]) {
    t.deepEqual(readDumps(dumps(t, content)).docker.callers, callers, content);
  }
});

const info = `Containers: 3
 Running: 3
Server Version: 1.13.1
Storage Driver: overlay2
Live Restore Enabled: true
Security Options:
  seccomp
File Descriptors: 812
Goroutines: 1204
WARNING: No swap limit support
`;

test('docker info', (t) => {
  for (const content of [info, info.replaceAll('\n', '\r\n'), info.replaceAll(/^/gm, '  ')]) {
    const { samples } = readDumps(dumps(t, content));
    t.deepEqual(samples[0]?.info, { version: '1.13.1', liveRestore: true, descriptors: 812, goroutines: 1204 });
  }
});

test('logs: dmesg with seconds and with dates, a journal of the kernel and of dockerd', (t) => {
  const logs = (content: string) => readDumps(dumps(t, content)).logs;
  const slub = 'SLUB: Unable to allocate memory on node -1 (gfp=0xd0)';
  const pattern = { pattern: 'slub-failure', count: 2, last: '[   13.500000]' };
  const seconds = `[   12.345678] ${slub}\n[   13.500000] ${slub}\n`;
  t.deepEqual(logs(seconds).kernel, {
    lines: 2,
    patterns: [{ ...pattern, first: '[   12.345678]', example: `[   12.345678] ${slub}` }],
  });
  t.like(logs(`[Thu Nov  6 05:46:43 2026] ${slub}\n`).kernel?.patterns[0], {
    first: '[Thu Nov  6 05:46:43 2026]',
    count: 1,
  });
  t.like(logs(`Nov 26 08:00:00 web-1 kernel: ${slub}\n`).kernel?.patterns[0], { first: 'Nov 26 08:00:00' });
  const line = 'level=error msg="failed to create osl sandbox while trying to restore sandbox 1"';
  t.like(logs(`time="2026-11-26T08:00:00Z" ${line}\n`).daemon?.patterns[0], {
    pattern: 'restore-error',
    first: '2026-11-26T08:00:00Z',
  });
  t.like(logs(`2026-11-26T08:00:01+0000 web-1 dockerd[500]: ${line}\n`).daemon?.patterns[0], {
    first: '2026-11-26T08:00:01+0000',
  });
});

/** The message for a dump with this content, without the directory of the test and the advice. */
function refusal(t: ExecutionContext, content: string | Buffer): string {
  const error = t.throws(() => readDumps(dumps(t, content)), { instanceOf: LabError });
  return (error?.message ?? '')
    .split('\n')
    .slice(0, 2)
    .join('\n')
    .replaceAll(/\/\S*dump-1/g, 'FILE');
}

/** A text whose line of this number, from 1, is another one. */
function broken(dump: string, number: number, line = '!? 12'): string {
  return dump
    .split('\n')
    .with(number - 1, line)
    .join('\n');
}

for (const [name, dump, number, wanted] of [
  ['goroutines, debug=1', debug1, 3, 'a frame, # 0x… NAME+0x… FILE:LINE, or a group, COUNT @ 0x…'],
  ['goroutines, debug=2', debug2, 3, 'a call, NAME(0x…), its place, FILE.go:LINE +0x…, or goroutine N [STATE]:'],
  ['goroutines, SIGUSR1', ofSignal, 3, 'a call, NAME(0x…), its place, FILE.go:LINE +0x…, or goroutine N [STATE]:'],
  ['a heap', heap, 3, 'a stack, OBJECTS: BYTES [OBJECTS: BYTES] @ 0x…, or a frame, # 0x… NAME+0x… FILE:LINE'],
  ['slabinfo', kernel('after-slabinfo'), 4, 'NAME and 5 numbers : tunables 3 numbers : slabdata 3 numbers'],
  ['slabtop', slabtop, 5, 'OBJS ACTIVE USE OBJ-SIZE SLABS OBJ/SLAB CACHE-SIZE NAME'],
  ['/proc/cgroups', kernel('after-cgroups'), 3, 'a row of /proc/cgroups'],
  ['ss', ss, 3, 'a row of ss -xp'],
] as const) {
  test(`a broken line is named: ${name}`, (t) => {
    t.is(refusal(t, broken(dump, number)), `reading the dump FILE: line ${number} is "!? 12"\n  expected: ${wanted}`);
  });
}

test('a broken line is named: docker info', (t) => {
  t.is(
    refusal(t, broken(info, 9, 'Goroutines: many')),
    'reading the dump FILE: line 9 is "Goroutines: many"\n  expected: Goroutines: NUMBER',
  );
  t.is(
    refusal(t, broken(info, 3, 'Server Version:')),
    'reading the dump FILE: line 1 is "Containers: 3"\n  expected: the lines of docker info, with Server Version: VERSION',
  );
});

test('a file of no known form: the error has the forms', (t) => {
  const forms =
    'goroutines (debug=1, debug=2, SIGUSR1, SIGQUIT, protobuf), a heap profile (debug=1 or protobuf), /proc/slabinfo, slabtop, /proc/cgroups, ss -xp, docker info, dmesg, or a log of dockerd';
  t.is(refusal(t, 'hello\nworld\n'), `reading the dump FILE: it begins with "hello"\n  expected: ${forms}`);
  t.is(refusal(t, ''), `reading the dump FILE: it is empty\n  expected: ${forms}`);
  t.is(refusal(t, '\n \n'), `reading the dump FILE: it is empty\n  expected: ${forms}`);
});

test('files of gzip that are cut off, are no profile, or are a profile of something else', (t) => {
  const packed = fixture('goroutines-26.1.5-attach.pb.gz');
  t.regex(refusal(t, packed.subarray(0, 900)), /expected: a whole file of gzip, at most 256 MB when decompressed$/);
  t.regex(refusal(t, gzipSync('hello')), /expected: a (?:protobuf profile of Go|profile of goroutines)/);
  t.regex(refusal(t, gzipSync(Buffer.alloc(100, 255))), /expected: a (?:protobuf profile of Go|profile of goroutines)/);
});

test('two dumps are one host', (t) => {
  const files = dumps(t, debug1, info.replace('1.13.1', '28.5.2'), kernel('after-slabinfo'));
  const diagnosis = diagnose(readDumps(files), knowledge);
  t.like(diagnosis, { host: 'dump-1, dump-2, dump-3', docker: '28.5.2', state: 'affected' });
  t.deepEqual(
    diagnosis.facts.filter(({ fact }) => fact === 'dump').map((fact) => Object(fact).kind),
    ['goroutines', 'docker-info', 'slabinfo'],
  );
  t.is(diagnosis.facts.filter(({ fact }) => fact === 'slab-cache').length, 5);
  t.true(
    diagnosis.findings
      .find(({ problem }) => problem === 'attach-leak')
      ?.facts.some(({ fact }) => fact === 'version-has-fix'),
  );
});

test('two dumps of a kind are an error: one would be left out', (t) => {
  t.throws(() => readDumps(dumps(t, debug1, debug2)), {
    instanceOf: LabError,
    message: /dump-1 and \/\S*dump-2 are of the same kind \(goroutines\)\n {2}expected: one dump of each kind/,
  });
});
