import { text } from 'node:stream/consumers';
import { get } from '../daemons/engine.ts';
import { granularities } from '../judge/granularity.ts';
import { numberIn, type Probe, type Target } from './probe.ts';

/**
 * The heap after a forced collection, and goroutines, from the pprof handlers that a dockerd in debug mode serves
 * (net/http/pprof: `debug=1` is text with runtime.MemStats at its end, `gc=1` collects first).
 */
export const goRuntime: Probe = {
  name: 'Go runtime',
  metrics: [
    { metric: 'heap-alloc', unit: 'bytes', granularity: granularities.heapAlloc },
    { metric: 'heap-inuse', unit: 'bytes', granularity: granularities.heapInuse },
    { metric: 'stacks', unit: 'bytes', granularity: granularities.stacks },
    { metric: 'goroutines', unit: 'goroutines', granularity: granularities.goroutines },
  ],
  cost: 'two garbage collections, which stop the world for some milliseconds, and a stack of every goroutine',
  async read(target) {
    // What became garbage with a closed connection is gone only after the second collection, measured on 1.13.1.
    await pprof(target, 'heap?debug=1&gc=1');
    const heap = await pprof(target, 'heap?debug=1&gc=1');
    const goroutines = await pprof(target, 'goroutine?debug=1');
    return {
      'heap-alloc': numberIn(heap, 'HeapAlloc', /^# HeapAlloc = (\d+)$/m),
      'heap-inuse': numberIn(heap, 'HeapInuse', /^# HeapInuse = (\d+)$/m),
      stacks: numberIn(heap, 'Stack', /^# Stack = (\d+) /m),
      goroutines: numberIn(goroutines, 'goroutines', /^goroutine profile: total (\d+)$/m),
    };
  },
};

/** Milliseconds for a profile: one of 4000 calls took 0.3 s. */
const profileLimit = 30_000;

async function pprof({ daemon }: Target, path: string): Promise<string> {
  const response = await get(daemon.connect, `/debug/pprof/${path}`, AbortSignal.timeout(profileLimit));
  const body = await text(response);
  if (response.statusCode === 200) return body;
  throw new Error(`reading /debug/pprof/${path}: status ${response.statusCode}, ${body.slice(0, 200)}`);
}
