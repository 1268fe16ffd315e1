import test from 'ava';
import { claimOf, claimsOf, knownParameters } from './parameters.ts';

/** The strings of a kernel, each with a NUL at its end. */
const image = (...strings: string[]) => Buffer.from(`ELF\0${strings.join('\0')}\0end`, 'latin1');

const modern = image('cgroup.memory=', 'nosocket', 'nokmem', 'cgroup_disable=', 'slab_nomerge');

test('a parameter with its value needs both strings', (t) => {
  t.deepEqual(claimOf(modern, 'cgroup.memory=nokmem'), {
    parameter: 'cgroup.memory=nokmem',
    known: true,
    offset: 28,
    evidence: 'the image has the string "nokmem" at 0x1c',
  });
  // What 3.10.0-514 has: another use of the word alone proves nothing.
  t.deepEqual(claimOf(image('nokmem', 'cgroup_disable='), 'cgroup.memory=nokmem'), {
    parameter: 'cgroup.memory=nokmem',
    known: false,
    evidence: 'the image has no string "cgroup.memory="',
  });
});

test('a typo, a value that is newer than the kernel, and a name that does not exist', (t) => {
  for (const [parameter, missing] of [
    ['cgroup.memory=nokmen', 'nokmen'],
    ['cgroup.memory=nobpf', 'nobpf'],
    ['lab.unknown=1', 'lab.unknown='],
  ] as const) {
    t.deepEqual(claimOf(modern, parameter), {
      parameter,
      known: false,
      evidence: `the image has no string "${missing}"`,
    });
  }
});

test('a string within a longer word is none', (t) => {
  t.false(claimOf(image('xslab_nomerge', 'slab_nomergex'), 'slab_nomerge').known);
});

test('values that a kernel keeps nowhere are as known as their parameter', (t) => {
  t.true(claimOf(modern, 'cgroup_disable=memory').known);
});

test('the whole table of an image', (t) => {
  const known = knownParameters(modern).flatMap(({ parameter, known: isKnown }) => (isKnown ? [parameter] : []));
  t.deepEqual(known, [
    'cgroup.memory=',
    'cgroup.memory=nokmem',
    'cgroup.memory=nosocket',
    'cgroup_disable=',
    'slab_nomerge',
  ]);
});

test('several values: each is known or not by itself', (t) => {
  const known = claimsOf(modern, 'cgroup.memory=nokmem,nobpf').map(({ parameter, known: isKnown }) => [
    parameter,
    isKnown,
  ]);
  t.deepEqual(known, [
    ['cgroup.memory=nokmem', true],
    ['cgroup.memory=nobpf', false],
  ]);
  // The kernel keeps no values of this one.
  t.is(claimsOf(modern, 'cgroup_disable=memory,pids').length, 1);
});

test("a word of systemd's is not the kernel's", (t) => {
  t.deepEqual(claimsOf(modern, 'systemd.unified_cgroup_hierarchy=0'), [
    {
      parameter: 'systemd.unified_cgroup_hierarchy=0',
      known: false,
      reader: 'systemd',
      evidence: "it is not the kernel's: systemd reads it from /proc/cmdline",
    },
  ]);
});
