import { gzipSync } from 'node:zlib';
import test from 'ava';
import { Profile, StringTable } from 'pprof-format';
import { LabError } from '../core/errors.ts';
import { byFunction } from './functions.ts';
import { readHeapProfile } from './heap-profile.ts';
import { totalOf } from './stacks.ts';
import { recorded } from './testing/fixtures.ts';

test('half of the recorded heap of 1.13.1 is the channel of each call', async (t) => {
  const heap = readHeapProfile((await recorded()).heap);
  t.is(heap.rate, 512 << 10);
  t.deepEqual(heap.types, ['alloc_objects/count', 'alloc_space/bytes', 'inuse_objects/count', 'inuse_space/bytes']);
  const { bytes, samples, error } = totalOf(heap);
  t.is(bytes, 135_777_129);
  t.is(samples, 256);
  t.is(Math.round(error), 8_387_004);
  const channel = byFunction(heap.stacks).find(({ function: name }) => name.endsWith('.SubscribeTopic'));
  t.deepEqual(channel, {
    function: 'github.com/docker/docker/pkg/pubsub.(*Publisher).SubscribeTopic',
    flat: 66_557_146,
    cum: 66_557_146,
  });
});

/** A profile of one sample: a function inlined into another, in a location of its own, below a place without a name. */
function small(types: [string, string][], value: number[], size?: number): Uint8Array {
  const table = new StringTable();
  const word = (text: string) => table.dedup(text);
  const profile = new Profile({
    stringTable: table,
    sampleType: types.map(([type, unit]) => ({ type: word(type), unit: word(unit) })),
    period: 1,
    function: [
      { id: 1, name: word('pkg.inlined') },
      { id: 2, name: word('pkg.caller') },
    ],
    location: [
      { id: 1, line: [{ functionId: 1 }, { functionId: 2 }] },
      { id: 2, address: 0x46ab69 },
    ],
    sample: [{ locationId: [1, 2], value, ...(size && { label: [{ key: word('bytes'), num: size }] }) }],
  });
  return gzipSync(profile.encode());
}

test('a function that was inlined is a frame of its own; a place without a name is its address', (t) => {
  const types: [string, string][] = [
    ['inuse_space', 'bytes'],
    ['inuse_objects', 'count'],
  ];
  t.deepEqual(readHeapProfile(small(types, [8192, 2], 4096)), {
    types: ['inuse_space/bytes', 'inuse_objects/count'],
    rate: 1,
    stacks: [{ frames: ['pkg.inlined', 'pkg.caller', '0x46ab69'], size: 4096, bytes: 8192 }],
  });
});

const failsWith = test.macro((t, profile: Uint8Array, happened: string) => {
  t.throws(() => readHeapProfile(profile), {
    instanceOf: LabError,
    message: `reading a heap profile: ${happened}\n  expected: a gzipped protobuf with inuse_space/bytes, and the size of each object`,
  });
});
test('another profile', failsWith, small([['cpu', 'nanoseconds']], [1]), 'it has cpu/nanoseconds');
test(
  'samples without a size',
  failsWith,
  small([['inuse_space', 'bytes']], [8192]),
  'some of its samples have no size',
);
test('nothing', failsWith, gzipSync(''), 'it has nothing');
test('a page of an error', failsWith, Buffer.from('404 page not found'), 'incorrect header check');
