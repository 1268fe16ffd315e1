import { LabError } from '../core/errors.ts';
import { probability, type Heap, type Stack } from './stacks.ts';

/** `heap profile: 1: 8192 [2: 9000] @ heap/1048576`; the rate is written twice as large as it is (runtime/pprof/pprof.go). */
const header = /^heap profile: .* @ heap\/(\d+)$/m;

/** `1: 8192 [2: 9000] @ 0x43f096 0x44ef3c`: objects and bytes in use, and all that ever were. */
const sampleLine = /^(\d+): (\d+) \[\d+: \d+\] @/;

/** `#\t0x855f18\tgithub.com/docker/…/router.cancellableHandler.func1.1+0x58\t/src/local.go:77` */
const frameLine = /^#\t0x[0-9a-f]+\t(\S+)\+0x[0-9a-f]+\t/;

/**
 * Reads the text that Go serves as `/debug/pprof/heap?debug=1`: for daemons that Go 1.7 built, as docker 1.13.1. Its
 * values are those of the samples, and are scaled up here as Go does it for its protobuf (scaleHeapSample in
 * runtime/pprof/protomem.go).
 *
 * @throws {LabError} when it is no such text.
 */
export function readLegacyHeap(text: string): Heap {
  const rate = Number(header.exec(text)?.[1]) / 2;
  if (!Number.isFinite(rate)) {
    const happened = `it begins with "${text.slice(0, 80)}"`;
    throw new LabError({ doing: 'reading a heap profile', expected: 'heap profile: … @ heap/RATE', happened });
  }
  const stacks: (Stack & { frames: string[] })[] = [];
  for (const line of text.split('\n')) {
    const sample = sampleLine.exec(line);
    const frame = frameLine.exec(line)?.[1];
    if (sample) stacks.push({ frames: [], ...scaled(Number(sample[1]), Number(sample[2]), rate) });
    else if (frame !== undefined) stacks.at(-1)?.frames.push(frame);
  }
  const types = ['inuse_objects/count', 'inuse_space/bytes'];
  return { types, rate, stacks: stacks.filter(({ bytes }) => bytes > 0) };
}

function scaled(objects: number, bytes: number, rate: number): Pick<Stack, 'size' | 'bytes'> {
  if (objects === 0) return { size: 0, bytes: 0 };
  const size = bytes / objects;
  return { size, bytes: Math.trunc(bytes / probability(size, rate)) };
}
