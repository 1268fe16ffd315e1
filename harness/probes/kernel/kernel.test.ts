import test from 'ava';
import { fakeMachine } from '../../../test/support/fake-machine.ts';
import { describeCgroupSlabs } from '../../figures/cgroup-slabs.ts';
import { parseCgroupSlabs, readCgroupSlabs } from './cgroup-slabs.ts';
import { readKernelLog, tellingLines } from './kernel-log.ts';
import { parseMemory } from './kernel-memory.ts';
import { readKmemleak } from './kmemleak.ts';
import { describeKmemAccounting } from '../../figures/kmem-accounting.ts';
import { parseKmemAccounting } from './kmem-accounting.ts';
import type { KmemAccounting } from '../../evidence/kmem-accounting.ts';
import { countCgroups, memoryCgroups } from './memory-cgroups.ts';
import { memoryCgroupIn } from './process-cgroup.ts';
import { parseSlabCaches, slabGrowth } from './slab-caches.ts';
import { parseSlabCopies, slabCopies } from './slab-copies.ts';

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

test('dying cgroups on v1: those that the kernel counts of a hierarchy, less its directories; the most of all hierarchies', (t) => {
  t.deepEqual(countCgroups(`${table}      1 cpuset\n      5 memory\n      7 systemd\n`), {
    'dying-cgroups': 300,
    'memory-cgroups': 305,
    'dying-cpuset': 0,
    'dying-memory': 300,
  });
  const blkio = 'blkio\t2\t41\t1\nmemory\t7\t1\t1\n      1 blkio\n      1 memory\n';
  t.like(countCgroups(blkio), { 'dying-cgroups': 40, 'dying-blkio': 40, 'dying-memory': 0 });
});

test('a memory controller that is switched off, or not there, has none', (t) => {
  const none = { 'dying-cgroups': 0, 'memory-cgroups': 0, 'dying-cpuset': 0 };
  t.deepEqual(countCgroups('cpuset\t3\t1\t1\nmemory\t0\t1\t0\n      1 cpuset'), none);
  t.deepEqual(countCgroups('cpuset\t3\t1\t1\n      1 cpuset'), none);
  t.throws(() => countCgroups('memory\t0\t1\t0\n'), { message: /^reading memory cgroups: no hierarchy in "memory/ });
});

test('dying cgroups on v2, as the root of the hierarchy tells them', (t) => {
  t.like(countCgroups('nr_dying_descendants 3\nnr_dying_subsys_memory 2\nnr_dying_subsys_io 1\ndirectories 5'), {
    'dying-cgroups': 3,
    'dying-memory': 2,
    'dying-io': 1,
  });
  t.deepEqual(countCgroups('nr_descendants 4\nnr_dying_descendants 300\ndirectories 5'), {
    'dying-cgroups': 300,
    'memory-cgroups': 305,
  });
});

test('memory on v2 and other controllers on v1: both count', (t) => {
  const text =
    'nr_dying_descendants 2\nnr_dying_subsys_memory 2\ndirectories 5\nblkio\t2\t41\t1\npids\t0\t7\t1\n      1 blkio\n';
  t.deepEqual(countCgroups(text), {
    'dying-cgroups': 40,
    'memory-cgroups': 7,
    'dying-memory': 2,
    'dying-blkio': 40,
  });
});

test('the root of v2 is read where there is one', async (t) => {
  const machine = fakeMachine({ run: { stdout: `${table}      5 memory\n` } });
  await memoryCgroups.read({ machine, cgroups: { root: '/sys/fs/cgroup/memory', version: 1 } });
  t.is(machine.commands[0]?.at(-1), '');
  const other = fakeMachine({ run: { stdout: 'nr_dying_descendants 0\ndirectories 1\n' } });
  await memoryCgroups.read({ machine: other, cgroups: { root: '/sys/fs/cgroup', version: 2 } });
  t.is(other.commands[0]?.at(-1), '/sys/fs/cgroup');
});

const row = (name: string, slabs: number, pages = 8) =>
  `${name} 100 128 4096 8 ${pages} : tunables    0    0    0 : slabdata ${slabs} ${slabs}      0`;

test('slab caches, largest first; a row of a copy counts to its cache', (t) => {
  const text = ['slabinfo - version: 2.1', '# name <active_objs>', row('dentry', 2, 1), row('dentry(12:c1)', 3, 1)];
  t.deepEqual(parseSlabCaches([...text, row('kmalloc-4k', 10)].join('\n')), [
    { name: 'kmalloc-4k', copies: 0, bytes: 10 * 8 * 4096 },
    { name: 'dentry', copies: 1, bytes: 5 * 4096 },
  ]);
});

test('what has grown, how many copies came with it, and how many are gone but for their name', (t) => {
  const cache = (name: string, copies: number, dangling: number, pages: number) => ({
    name,
    copies,
    dangling,
    bytes: pages * 4096,
  });
  const before = [cache('dentry', 1, 2, 2), cache('filp', 0, 0, 4), cache('RAW', 0, 0, 1)];
  const after = [cache('dentry', 3, 2, 5), cache('filp', 0, 0, 3), cache('RAW', 0, 5, 2), cache('new', 1, 0, 0)];
  t.deepEqual(slabGrowth(before, after), [
    { name: 'dentry', copies: 2, bytes: 3 * 4096 },
    { name: 'RAW', copies: 0, dangling: 5, bytes: 4096 },
    { name: 'new', copies: 1, bytes: 0 },
  ]);
});

test('the copies of slab caches, in the words of the look at them', (t) => {
  t.is(parseSlabCopies(''), undefined);
  t.deepEqual(parseSlabCopies('ids 2\ncopies 3\ndangling 1\ncache 2 0 dentry\ncache 1 1 kmalloc-64\n'), {
    ids: 2,
    copies: 3,
    dangling: 1,
    caches: new Map([
      ['dentry', { copies: 2, dangling: 0 }],
      ['kmalloc-64', { copies: 1, dangling: 1 }],
    ]),
  });
});

test('a kernel that does not list its slab caches has no metrics of copies', async (t) => {
  t.deepEqual(await slabCopies.read({ machine: fakeMachine() }), {});
});

/** A cgroup of 3.10 before and after its limit is set, of 5.10 with `nokmem`, of v2, and none at all. */
const accounted: readonly [release: string, text: string, seen: KmemAccounting, words: string][] = [
  [
    '3.10.0-514.el7.x86_64',
    'charged 0\nlimit 9223372036854771712\nmemory 268435456',
    { state: 'off', chargedBytes: 0, memoryLimitBytes: 268_435_456 },
    'kernel memory accounting: off, 0 B charged; limit of memory: 268,435,456 B, of kernel memory: none',
  ],
  [
    '3.10.0-514.el7.x86_64',
    'charged 0\nlimit 9223372036854771712\nslabinfo\nmemory 9223372036854771712',
    { state: 'on', chargedBytes: 0 },
    'kernel memory accounting: on, 0 B charged; limit of memory: none, of kernel memory: none',
  ],
  [
    '3.10.0-514.el7.x86_64',
    'charged 258048\nlimit 1073741824\nslabinfo\nmemory 9223372036854771712',
    { state: 'on', chargedBytes: 258_048, limitBytes: 1 << 30 },
    'kernel memory accounting: on, 258,048 B charged; limit of memory: none, of kernel memory: 1,073,741,824 B',
  ],
  [
    '5.10.0-32-cloud-amd64',
    'charged 0\nlimit 1073741824\nslabinfo\nmemory 9223372036854771712',
    { state: 'off', chargedBytes: 0, limitBytes: 1 << 30 },
    'kernel memory accounting: off, 0 B charged; limit of memory: none, of kernel memory: 1,073,741,824 B',
  ],
  [
    '6.12.107+deb13-amd64',
    'charged 90112\nslab 4096\nmemory max',
    { state: 'on', chargedBytes: 90_112 },
    'kernel memory accounting: on, 90,112 B charged; limit of memory: none, of kernel memory: none',
  ],
  ['3.10.0-514.el7.x86_64', '', { state: 'absent' }, 'kernel memory accounting: there is no memory controller'],
];

test('whether kernel memory is accounted: what was charged says so, and before 4.0 the list of own caches', (t) => {
  for (const [release, text, seen, words] of accounted) {
    t.deepEqual(parseKmemAccounting(text, release), seen);
    t.is(describeKmemAccounting(seen), words);
  }
});

test('the memory cgroup of a process', (t) => {
  const v1 = { root: '/sys/fs/cgroup/memory', version: 1 } as const;
  const old = '9:cpuacct,cpu:/docker/f00\n7:hugetlb,memory:/docker/f00\n1:name=systemd:/\n';
  t.is(memoryCgroupIn(old, v1), '/sys/fs/cgroup/memory/docker/f00');
  t.is(memoryCgroupIn('9:cpuacct,cpu:/docker/f00\n', v1), undefined);
  const unified = { root: '/sys/fs/cgroup', version: 2 } as const;
  t.is(memoryCgroupIn('1:name=systemd:/x\n0::/docker/f:00\n', unified), '/sys/fs/cgroup/docker/f:00');
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

test('the lines after SLUB’s, which name the cache and its cgroup, and those of a cgroup without memory', (t) => {
  const slub = [
    '[  871.1] SLUB: Unable to allocate memory on node -1 (gfp=0x80d0)',
    '[  871.1]   cache: kmalloc-192(12:4f1a), object size: 192, buffer size: 192, default order: 0, min order: 0',
    '[  871.1]   node 0: slabs: 3, objs: 63, free: 0',
  ];
  const other = [
    '[  871.2]   node 1: of something else',
    '[  900.1] Memory cgroup out of memory: Killed process 4242 (java) total-vm:1kB',
    '[  900.1] kmem: usage 262144kB, limit 262144kB, failcnt 12',
    '[  900.2]   cache: this is no line of SLUB',
  ];
  t.deepEqual(tellingLines([...slub, ...other].join('\n')), [...slub, other[1], other[2]]);
});

test('what a cgroup tells of its slabs: its own caches up to 5.8, nothing since, and no file on v2', async (t) => {
  t.deepEqual(parseCgroupSlabs(`there\n${row('dentry', 2, 1)}\n${row('filp', 1, 1)}`), {
    state: 'listed',
    caches: 2,
    bytes: 3 * 4096,
  });
  t.is(describeCgroupSlabs(parseCgroupSlabs('there\n')), 'memory.kmem.slabinfo: empty, cgroups share the slab caches');
  t.is(
    describeCgroupSlabs(parseCgroupSlabs('there\nrefused\n')),
    'memory.kmem.slabinfo: cannot be read, kernel memory is not accounted',
  );
  t.deepEqual(parseCgroupSlabs(''), { state: 'absent' });
  t.deepEqual(parseCgroupSlabs('refused\n'), { state: 'absent' });
  const machine = fakeMachine();
  t.deepEqual(await readCgroupSlabs(machine, { root: '/sys/fs/cgroup', version: 2 }, 'on'), { state: 'absent' });
  t.deepEqual(machine.commands, []);
});

test('kmemleak where it is built in', async (t) => {
  t.is(await readKmemleak(fakeMachine({ run: { stdout: 'unreferenced 3\n' } })), 3);
  t.is(await readKmemleak(fakeMachine({ run: { stdout: 'none\n' } })), undefined);
});
