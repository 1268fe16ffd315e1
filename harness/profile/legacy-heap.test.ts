import test from 'ava';
import { LabError } from '../core/errors.ts';
import { readLegacyHeap } from './legacy-heap.ts';
import { totalOf } from './stacks.ts';

// The form of runtime/pprof/pprof.go; the second has been freed, the third is larger than the rate.
const text = `heap profile: 4: 4218880 [5: 4219904] @ heap/1048576
3: 24576 [3: 24576] @ 0x855f18 0x740e3f 0x470681
#\t0x855f18\tgithub.com/docker/docker/pkg/pubsub.(*Publisher).SubscribeTopic+0x58\t/src/publisher.go:53
#\t0x740e3e\tgithub.com/docker/docker/daemon.(*Daemon).ContainerStats+0x3e\t\t/src/stats.go:67

0: 0 [1: 1024] @ 0x855f19 0x470681
#\t0x855f18\tbufio.NewReaderSize+0x58\t/src/bufio.go:57

1: 4194304 [1: 4194304] @ 0x855f20
#\t0x855f1f\tbytes.(*Buffer).String+0x58\t/src/buffer.go:65


# runtime.MemStats
# Alloc = 4218880
`;

test('the text of an old Go, scaled up from its samples', (t) => {
  const heap = readLegacyHeap(text);
  t.is(heap.rate, 512 << 10);
  const [channel, buffer, ...others] = heap.stacks;
  t.deepEqual(others, []);
  t.deepEqual(channel?.frames, [
    'github.com/docker/docker/pkg/pubsub.(*Publisher).SubscribeTopic',
    'github.com/docker/docker/daemon.(*Daemon).ContainerStats',
  ]);
  // By hand: 8,192 bytes of 524,288 are sampled once in 64.5, 4 MiB are missed once in 3,000.
  t.is(channel?.size, 8192);
  t.is(channel?.bytes, 1_585_183);
  t.is(buffer?.bytes, 4_195_711);
  t.is(totalOf(heap).samples, 4);
});

test('what is no heap profile', (t) => {
  t.throws(() => readLegacyHeap('Unknown profile\n'), {
    instanceOf: LabError,
    message: 'reading a heap profile: it begins with "Unknown profile\n"\n  expected: heap profile: … @ heap/RATE',
  });
});
