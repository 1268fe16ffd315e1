import { fetchPprof, type Source } from '../probes/pprof.ts';
import { isProtobuf, readHeapProfile } from './heap-profile.ts';
import { readLegacyHeap } from './legacy-heap.ts';
import type { Heap } from './stacks.ts';

/** The profiles of a daemon's Go runtime, unmodified, to be kept and read. */
export interface Profile {
  /** The heap in use: a gzipped protobuf, or the text of Go 1.7. */
  heap: Buffer;
  /** Every goroutine's stack, in groups, as text. */
  goroutines: string;
}

/**
 * Takes a profile of a dockerd in debug mode. What it costs: two garbage collections, without which the heap is what it was
 * at the last one, and what became garbage with a closed connection still there; and a stack of every goroutine. The longer
 * form, `debug=2`, is left alone: with 8000 goroutines it stopped the daemon for 0.6 s to write 15 MB, into a buffer of
 * up to 64 MB that then counts as resident (runtime/pprof/pprof.go), and adds only the state of each.
 *
 * @throws {Error} when the daemon serves none.
 */
export async function takeProfile(target: Source): Promise<Profile> {
  await fetchPprof(target, 'heap?gc=1');
  const heap = await fetchPprof(target, 'heap?gc=1');
  const goroutines = await fetchPprof(target, 'goroutine?debug=1');
  return {
    // The old form has names of functions only when it is asked to be read by people.
    heap: isProtobuf(heap) ? heap : await fetchPprof(target, 'heap?debug=1'),
    goroutines: goroutines.toString(),
  };
}

/** The heap of a profile, in whichever form it came. */
export function heapOf({ heap }: Profile): Heap {
  return isProtobuf(heap) ? readHeapProfile(heap) : readLegacyHeap(heap.toString());
}
