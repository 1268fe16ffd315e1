import { granularities } from '../judge/granularity.ts';
import { fetchPprof } from './pprof.ts';
import { numberIn, type Probe } from './probe.ts';

/**
 * The heap after a forced collection, and goroutines, from the pprof handlers of a dockerd in debug mode: the text has
 * runtime.MemStats at its end.
 */
export const goRuntime: Probe = {
  name: 'Go runtime',
  metrics: [
    { metric: 'heap-alloc', unit: 'bytes', granularity: granularities.heapAlloc },
    { metric: 'heap-alloc-before-gc', unit: 'bytes', granularity: granularities.heapAlloc },
    { metric: 'heap-inuse', unit: 'bytes', granularity: granularities.heapInuse },
    { metric: 'stacks', unit: 'bytes', granularity: granularities.stacks },
    { metric: 'goroutines', unit: 'goroutines', granularity: granularities.goroutines },
  ],
  cost: 'two garbage collections, which stop the world for some milliseconds, and a stack of every goroutine',
  async read(target) {
    const text = async (page: string) => (await fetchPprof(target, page)).toString();
    const heapAlloc = (heap: string) => numberIn(heap, 'HeapAlloc', /^# HeapAlloc = (\d+)$/m);
    const before = heapAlloc(await text('heap?debug=1'));
    // What became garbage with a closed connection is gone only after the second collection, measured on 1.13.1.
    await text('heap?debug=1&gc=1');
    const heap = await text('heap?debug=1&gc=1');
    const goroutines = await text('goroutine?debug=1');
    return {
      'heap-alloc': heapAlloc(heap),
      'heap-alloc-before-gc': before,
      'heap-inuse': numberIn(heap, 'HeapInuse', /^# HeapInuse = (\d+)$/m),
      stacks: numberIn(heap, 'Stack', /^# Stack = (\d+) /m),
      goroutines: numberIn(goroutines, 'goroutines', /^goroutine profile: total (\d+)$/m),
    };
  },
};
