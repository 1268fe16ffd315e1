import test from 'ava';
import { fakeMachine } from '../../../test/support/fake-machine.ts';
import { describeCgroupSlabs, parseCgroupSlabs, readCgroupSlabs } from './cgroup-slabs.ts';
import { readKernelLog, tellingLines } from './kernel-log.ts';
import { parseMemory } from './kernel-memory.ts';
import { readKmemleak } from './kmemleak.ts';
import { countV1, countV2, memoryCgroups } from './memory-cgroups.ts';
import { parseSlabCaches, slabGrowth } from './slab-caches.ts';

const meminfo = `MemTotal:         226928 kB
SReclaimable:       7096 kB
SUnreclaim:         9540 kB
KernelStack:        1152 kB
PageTables:          164 kB
Percpu:              412 kB
`;

test('what the kernel uses, in bytes', (t) => {
  t.deepEqual(parseMemory(meminfo), {
    unreclaimable: (9540 + 412) * 1024,
    'slab-unreclaimable': 9540 * 1024,
    'slab-reclaimable': 7096 * 1024,
    percpu: 412 * 1024,
    'kernel-stack': 1152 * 1024,
    'page-tables': 164 * 1024,
  });
});

test('kernels before 4.20 have no line Percpu: it is left out, and is no zero', (t) => {
  const { percpu, unreclaimable } = parseMemory(meminfo.replace(/^Percpu.*\n/m, ''));
  t.is(percpu, undefined);
  t.is(unreclaimable, 9540 * 1024);
});

test('a line that must be there', (t) => {
  t.throws(() => parseMemory('MemTotal: 1 kB\n'), { message: /^reading SUnreclaim: nothing like / });
});

const table = '#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpuset\t3\t1\t1\nmemory\t7\t305\t1\n';

test('dying cgroups on v1: those that the kernel counts, less the directories', (t) => {
  t.deepEqual(countV1(`${table}directories 5`), { 'dying-cgroups': 300, 'memory-cgroups': 305 });
});

test('a memory controller that is switched off, or not there, has none', (t) => {
  const none = { 'dying-cgroups': 0, 'memory-cgroups': 0 };
  t.deepEqual(countV1('memory\t0\t1\t0\ndirectories 5'), none);
  t.deepEqual(countV1('cpuset\t3\t1\t1\ndirectories 5'), none);
});

test('dying cgroups on v2, as the root of the hierarchy tells them', (t) => {
  t.deepEqual(countV2('nr_descendants 4\nnr_dying_descendants 300\ndirectories 5'), {
    'dying-cgroups': 300,
    'memory-cgroups': 305,
  });
});

test('the file that tells it depends on the version', async (t) => {
  const machine = fakeMachine({ run: { stdout: `${table}directories 5\n` } });
  await memoryCgroups.read({ machine, cgroups: { root: '/sys/fs/cgroup/memory', version: 1 } });
  t.deepEqual(machine.commands[0]?.slice(-2), ['/proc/cgroups', '/sys/fs/cgroup/memory']);
  const other = fakeMachine({ run: { stdout: 'nr_dying_descendants 0\ndirectories 1\n' } });
  await memoryCgroups.read({ machine: other, cgroups: { root: '/sys/fs/cgroup', version: 2 } });
  t.deepEqual(other.commands[0]?.slice(-2), ['/sys/fs/cgroup/cgroup.stat', '/sys/fs/cgroup']);
});

const row = (name: string, slabs: number, pages = 8) =>
  `${name} 100 128 4096 8 ${pages} : tunables    0    0    0 : slabdata ${slabs} ${slabs}      0`;

test('slab caches, largest first; copies for memory cgroups count to their cache', (t) => {
  const text = ['slabinfo - version: 2.1', '# name <active_objs>', row('dentry', 2, 1), row('dentry(12:c1)', 3, 1)];
  t.deepEqual(parseSlabCaches([...text, row('kmalloc-4k', 10)].join('\n')), [
    { name: 'kmalloc-4k', copies: 1, bytes: 10 * 8 * 4096 },
    { name: 'dentry', copies: 2, bytes: 5 * 4096 },
  ]);
});

test('what has grown, and how many copies came with it', (t) => {
  const before = parseSlabCaches([row('dentry', 2, 1), row('filp', 4, 1)].join('\n'));
  const after = parseSlabCaches([row('dentry', 2, 1), row('dentry(12:c1)', 3, 1), row('filp', 3, 1)].join('\n'));
  t.deepEqual(slabGrowth(before, after), [{ name: 'dentry', copies: 1, bytes: 3 * 4096 }]);
});

test('the lines of a kernel log that tell of memory', async (t) => {
  const log = [
    '[    0.000000] Linux version 3.10.0-514.el7.x86_64',
    '[    0.000000] cgroup: Disabling memory control group subsystem',
    '[  871.1] SLUB: Unable to allocate memory on node -1 (gfp=0x80d0)',
    '[  872.2] runc:[1:CHILD]: page allocation failure: order:6, mode:0x10c0d0',
  ].join('\n');
  t.is(tellingLines(log).length, 3);
  t.deepEqual(await readKernelLog(fakeMachine({ run: { stdout: log } })), tellingLines(log));
});

test('what a cgroup tells of its slabs: its own caches up to 5.8, nothing since, and no file on v2', async (t) => {
  t.deepEqual(parseCgroupSlabs(`there\n${row('dentry', 2, 1)}\n${row('filp', 1, 1)}`), {
    state: 'listed',
    caches: 2,
    bytes: 3 * 4096,
  });
  t.is(describeCgroupSlabs(parseCgroupSlabs('there\n')), 'memory.kmem.slabinfo: empty, cgroups share the slab caches');
  t.deepEqual(parseCgroupSlabs(''), { state: 'absent' });
  const machine = fakeMachine();
  t.deepEqual(await readCgroupSlabs(machine, { root: '/sys/fs/cgroup', version: 2 }), { state: 'absent' });
  t.deepEqual(machine.commands, []);
});

test('kmemleak where it is built in', async (t) => {
  t.is(await readKmemleak(fakeMachine({ run: { stdout: 'unreferenced 3\n' } })), 3);
  t.is(await readKmemleak(fakeMachine({ run: { stdout: 'none\n' } })), undefined);
});
