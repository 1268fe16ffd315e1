import { Profile } from 'pprof-format';
import { LabError, messageOf } from '../../core/errors.ts';
import { readHeapProfile } from '../../profile/heap-profile.ts';
import { readLegacyHeap } from '../../profile/legacy-heap.ts';
import type { Heap } from '../../profile/stacks.ts';
import { linesOf } from '../text/lines.ts';
import type { GoroutineStacks, HeapFacts } from '../model/evidence.ts';

/**
 * Reads a protobuf of Go: goroutines or the heap, by what its samples are.
 *
 * @param packed as it was given, with gzip
 * @throws {LabError}
 */
export function readProtobuf(
  file: string,
  content: Buffer,
  packed: Buffer,
): { goroutines: GoroutineStacks[] } | { heap: HeapFacts } {
  let profile: Profile;
  try {
    profile = Profile.decode(content);
  } catch (error) {
    throw unreadable(file, 'a protobuf profile of Go, a text or a log, packed with gzip', messageOf(error));
  }
  const word = (index: number | bigint) => profile.stringTable.strings[Number(index)] ?? '';
  const types = profile.sampleType.map(({ type }) => word(type));
  if (types.includes('inuse_space')) return { heap: heapFacts(readHeapProfile(packed)) };
  if (!types.includes('goroutine')) {
    throw unreadable(file, 'a profile of goroutines or of the heap', `a profile of ${types.join(', ') || 'nothing'}`);
  }
  const names = new Map(profile.function.map(({ id, name }) => [Number(id), word(name)]));
  const places = new Map(
    profile.location.map(({ id, line }) => [
      Number(id),
      line.map(({ functionId }) => names.get(Number(functionId)) ?? ''),
    ]),
  );
  const goroutines = profile.sample.map(({ locationId, value }): GoroutineStacks => ({
    count: Number(value[0] ?? 0),
    frames: locationId.flatMap((id) => places.get(Number(id)) ?? []),
  }));
  return { goroutines: goroutines.toSorted((a, b) => b.count - a.count) };
}

/** Lines of debug=1: its head, a stack, and frames or figures of the runtime. */
const heapLine = /^heap profile: \d|^\d+: \d+ \[\d+: \d+\] @(?: 0x[0-9a-f]+)*$|^#/;

/** Reads `heap profile: …`, the text of debug=1, with tabs or, when it was pasted, blanks. @throws {LabError|LineError} */
export function readHeapText(file: string, text: string): HeapFacts {
  const lines = linesOf(file, text);
  for (const { text: line, fail } of lines) {
    if (!heapLine.test(line.trim()))
      fail('a stack, OBJECTS: BYTES [OBJECTS: BYTES] @ 0x…, or a frame, # 0x… NAME+0x… FILE:LINE');
  }
  const withTabs = lines
    .map(({ text: line }) => line.trim().replace(/^#\s+(0x[0-9a-f]+)\s+(\S+\+0x[0-9a-f]+)\s+/, '#\t$1\t$2\t'))
    .join('\n');
  return heapFacts(readLegacyHeap(withTabs));
}

function heapFacts({ stacks }: Heap): HeapFacts {
  const bytes = stacks.reduce((sum, stack) => sum + stack.bytes, 0);
  const named = stacks.filter(({ frames }) => frames.some((frame) => !frame.startsWith('0x')));
  const byFunction = Map.groupBy(
    named,
    ({ frames }) => frames.find((frame) => !frame.startsWith('runtime.')) ?? frames[0] ?? '',
  );
  const functions = [...byFunction]
    .map(([name, all]) => ({ name, bytes: all.reduce((sum, stack) => sum + stack.bytes, 0) }))
    .toSorted((a, b) => b.bytes - a.bytes);
  return { bytes, hasSymbols: named.length > 0 || stacks.length === 0, functions };
}

function unreadable(file: string, expected: string, happened: string): LabError {
  return new LabError({ doing: `reading the dump ${file}`, expected, happened });
}
