import { granularities } from '../judge/granularity.ts';
import { fetchPprof, type Source } from './pprof.ts';
import { numberIn, type Probe } from './probe.ts';

/** The state of a Go runtime. Sizes are in bytes. */
interface GoRuntime {
  heapAlloc: number;
  heapInuse: number;
  stacks: number;
  goroutines: number;
}

/**
 * Reads the runtime of a Go program that serves the pprof handlers: the text of a heap profile has runtime.MemStats at its end. It costs the
 * program two garbage collections, which stop the world for some milliseconds, and a stack of every goroutine.
 *
 * @throws {Error} when the program does not answer with such a text
 */
export async function readGoRuntime(source: Source): Promise<GoRuntime & { heapAllocBefore: number }> {
  const before = heapNumbers(await pageOf(source, 'heap?debug=1'));
  // What became garbage with a closed connection is gone only after the second collection, measured on 1.13.1.
  await pageOf(source, 'heap?debug=1&gc=1');
  const runtime = await readAsItIs(source, 'heap?debug=1&gc=1');
  return { ...runtime, heapAllocBefore: before.heapAlloc };
}

/** The same without a collection, unless the page asks for one: it costs a stack of every goroutine. */
export async function readAsItIs(source: Source, heapPage = 'heap?debug=1'): Promise<GoRuntime> {
  const heap = await pageOf(source, heapPage);
  const goroutines = await pageOf(source, 'goroutine?debug=1');
  return {
    ...heapNumbers(heap),
    goroutines: numberIn(goroutines, 'goroutines', /^goroutine profile: total (\d+)$/m),
  };
}

async function pageOf(source: Source, page: string): Promise<string> {
  return (await fetchPprof(source, page)).toString();
}

function heapNumbers(heap: string): Omit<GoRuntime, 'goroutines'> {
  return {
    heapAlloc: numberIn(heap, 'HeapAlloc', /^# HeapAlloc = (\d+)$/m),
    heapInuse: numberIn(heap, 'HeapInuse', /^# HeapInuse = (\d+)$/m),
    stacks: numberIn(heap, 'Stack', /^# Stack = (\d+) /m),
  };
}

function valuesOf({ heapAlloc, heapInuse, stacks, goroutines }: GoRuntime): Record<string, number> {
  return { 'heap-alloc': heapAlloc, 'heap-inuse': heapInuse, stacks, goroutines };
}

/** The heap of dockerd after a forced collection, and its goroutines. A dockerd before 17.07 serves pprof in debug mode only. */
export const goRuntime: Probe = {
  name: 'Go runtime',
  metrics: [
    { metric: 'heap-alloc', unit: 'bytes', granularity: granularities.heapAlloc },
    { metric: 'heap-alloc-before-gc', unit: 'bytes', granularity: granularities.heapAlloc },
    { metric: 'heap-inuse', unit: 'bytes', granularity: granularities.heapInuse },
    { metric: 'stacks', unit: 'bytes', granularity: granularities.stacks },
    { metric: 'goroutines', unit: 'goroutines', granularity: granularities.goroutines },
  ],
  // The cost of a reading: see readGoRuntime.
  async read(target) {
    const runtime = await readGoRuntime(target);
    return { ...valuesOf(runtime), 'heap-alloc-before-gc': runtime.heapAllocBefore };
  },
};

/** As {@link goRuntime}, without a collection: the heap goes up and down as dockerd itself collects. */
export const goRuntimeAsItIs: Probe = {
  name: 'Go runtime, as it is',
  metrics: goRuntime.metrics.filter(({ metric }) => metric !== 'heap-alloc-before-gc'),
  // The cost of a reading: see readAsItIs.
  read: async (target) => valuesOf(await readAsItIs(target)),
};
