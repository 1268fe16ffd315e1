import test from 'ava';
import { assert, constantFrom, array, oneof, property, string, uint8Array, type Arbitrary } from 'fast-check';
import { fakeEvidence, fakeFiles } from '../testing/fake-bundle.ts';
import { evidenceOf } from './parse-bundle.ts';
import { bundleOf } from './parse-info.ts';

/** Files that a healthy host does not have, as the collector writes them. */
const others: Readonly<Record<string, string>> = {
  'host/boot': '/etc/default/grub cgroup.memory=nokmem\n',
  'docker/unit': 'MountFlags=slave\nNeedDaemonReload=no\n',
  'docker/containerd-unit': 'ActiveState=active\nMainPID=400\n',
  'docker/unit-files': '/lib/systemd/system/docker.service:LimitNOFILE=infinity\n',
  'docker/daemon-json': '"live-restore": true\n',
  'docker/shims': `${'c'.repeat(64)}\n`,
  'docker/peers-elsewhere': 'namespace 4026532336 3\nprocess 4026532336 700 3\n',
  'deep/goroutines': 'goroutine profile: total 40\n40 @ 0x43f096\n#\t0x855f18\tmain.main+0x58\t/src/main.go:77\n',
  'deep/slabinfo': 'slabinfo - version: 2.1\n# name\nkmalloc-64 100 100 64 64 1 : tunables 0 0 0 : slabdata 2 2 0\n',
  'samples/1/cgroup-stat': 'nr_descendants 4\nnr_dying_descendants 2\n',
};

/** Files that no rule reads: they are for people. */
const unread = ['host/identity', 'host/cgroup-mounts', 'deep/peers'];

const every = [...fakeFiles(others).keys()].filter((file) => file !== 'bundle');

/** Text that is no output of any program that the collector runs. */
const garbage: Arbitrary<string> = oneof(
  string({ minLength: 1 }),
  string({ unit: 'binary', minLength: 1 }),
  uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString()),
  array(
    constantFrom('-1', '1e9', '0x10', '__proto__', 'constructor', ':', '=', '"', '\t', ' ', '\n', '\u001B[31m', '\0'),
    {
      minLength: 1,
    },
  ).map((words) => words.join('')),
);

test('the evidence of every file of the collector is read without a problem', (t) => {
  const { problems, goroutines, slabCaches, docker } = fakeEvidence(others);
  t.deepEqual(problems, []);
  t.is(goroutines?.[0]?.count, 40);
  t.deepEqual(slabCaches, [{ name: 'kmalloc-64', bytes: 8192 }]);
  t.deepEqual(docker.callers?.callers.at(0), {
    pid: 700,
    connections: 3,
    command: 'agent',
    user: 0,
    age: 50,
    unit: 'agent.service',
  });
});

for (const file of every) {
  test(`${file}: garbage in its place is a problem with its file and line, and never an exception`, (t) => {
    for (const text of [
      '\0\0\0\n',
      '\uFFFD\uFFFD PNG\n',
      '\u001B[31mred\n',
      '<html><body>404</body></html>\n',
      '"\n',
    ]) {
      const { problems } = evidenceOf(bundleOf(fakeFiles({ ...others, [file]: text })));
      const problem = problems.find((one) => one.file === file);
      t.truthy(problem, `${JSON.stringify(text)} is read as ${file}`);
      t.is(typeof problem?.line, 'number', file);
    }
    assert(
      property(garbage, (text) => {
        const { problems } = evidenceOf(bundleOf(fakeFiles({ ...others, [file]: text })));
        return problems.every((problem) => problem.file === file && problem.found.length <= 120);
      }),
      { numRuns: 300 },
    );
  });
}

test('a file that was cut has its whole lines', (t) => {
  const rows = [...fakeFiles(others)].map(([file, text]) => {
    const status = file === 'docker/callers' ? 'cut' : file === 'deep/slabinfo' ? 'timeout' : 'ok';
    return `${file}\t${status}\t${text.length}\troot\tevidence\n`;
  });
  const changes = {
    ...others,
    'contents.tsv': `file\tstatus\tbytes\treader\twhat\n${rows.join('')}`,
    'docker/callers': '700\t0\t5000\tagent\t\t\tagent.service\n701\t0\tx',
    'deep/slabinfo': `${others['deep/slabinfo']}kmalloc-128 10`,
  };
  const { problems, docker, slabCaches } = evidenceOf(bundleOf(fakeFiles(changes)));
  t.deepEqual(problems, []);
  t.is(docker.callers?.callers.find(({ pid }) => pid === 700)?.command, 'agent');
  t.is(slabCaches?.length, 1);
});

test('files that no rule reads may have any content', (t) => {
  for (const file of unread) t.deepEqual(fakeEvidence({ [file]: '\0' }).problems, []);
});

test('an empty file is a problem: the collector leaves it out', (t) => {
  for (const file of every) {
    const { problems } = evidenceOf(bundleOf(fakeFiles({ ...others, [file]: '\n' })));
    t.true(
      problems.some((one) => one.file === file),
      file,
    );
  }
});
