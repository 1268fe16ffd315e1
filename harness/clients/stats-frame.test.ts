import test from 'ava';
import { hasNetworks, isZeroed } from './stats-frame.ts';

const frames = {
  // dockerd 1.13.1, shortened.
  'a frame with values':
    '{"read":"2026-11-22T04:34:54.296896311Z","preread":"2026-11-22T04:34:53.297889046Z","pids_stats":{"current":1},"name":"/web","networks":{"eth0":{"rx_bytes":1072,"tx_bytes":426}}}',
  // Only `preread` is zero in the first frame of every stream.
  'the first frame of a stream':
    '{"read":"2026-11-22T04:34:55.296820569Z","preread":"0001-01-01T00:00:00Z","networks":{"eth0":{"rx_bytes":1252}}}',
  'a frame without networks': '{"read":"2026-11-22T04:34:54.296896311Z","pids_stats":{"current":1}}',
  'a frame with an empty list of networks': '{"read":"2026-11-22T04:34:54.296896311Z","networks":{}}',
  'a zeroed frame':
    '{"read":"0001-01-01T00:00:00Z","preread":"0001-01-01T00:00:00Z","pids_stats":{},"cpu_stats":{"cpu_usage":{"total_usage":0}},"name":"/c1"}',
};

const reads = test.macro({
  exec(t, what: keyof typeof frames, zeroed: boolean, networks: boolean) {
    t.is(isZeroed(frames[what]), zeroed);
    t.is(hasNetworks(frames[what]), networks);
  },
  title: (_, what: keyof typeof frames) => what,
});

test(reads, 'a frame with values', false, true);
test(reads, 'the first frame of a stream', false, true);
test(reads, 'a frame without networks', false, false);
test(reads, 'a frame with an empty list of networks', false, false);
test(reads, 'a zeroed frame', true, false);

const isNone = test.macro({
  exec(t, text: string) {
    const message = `this is no stats frame: "${text}"`;
    t.throws(() => isZeroed(text), { message });
    t.throws(() => hasNetworks(text), { message });
  },
  title: (_, text: string) => `no frame: ${JSON.stringify(text)}`,
});

test(isNone, '');
test(isNone, '{"read":"2026');
test(isNone, '{"message":"No such container: nope"}');
test(isNone, 'null');
