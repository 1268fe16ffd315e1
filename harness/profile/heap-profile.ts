import { gunzipSync } from 'node:zlib';
import { Profile } from 'pprof-format';
import { LabError } from '../core/errors.ts';
import type { Heap, Stack } from './stacks.ts';

/** The first two bytes of every gzip (RFC 1952, 2.3.1). */
const gzipMagic = [0x1f, 0x8b];

/** Whether a heap profile is a gzipped protobuf; Go 1.7, with which docker 1.13.1 was built, serves text (golang/go#16892). */
export function isProtobuf(profile: Uint8Array): boolean {
  return profile[0] === gzipMagic[0] && profile[1] === gzipMagic[1];
}

/** Bytes of a decompressed profile: that of a daemon with 4,000 hanging calls has 30 KB. */
const mostBytes = 8 << 20;

/** Functions in all stacks together: a location that stands in many samples is written once and read as often. */
const mostFrames = 1_000_000;

/**
 * Reads what Go serves as `/debug/pprof/heap`: what is in use, by stack. Go has scaled the values up from its samples
 * already (scaleHeapSample in runtime/pprof/protomem.go). A location has a line for every function that was inlined there,
 * the innermost first (profile.proto of google/pprof); a sample's label `bytes` is the size of its objects.
 *
 * @throws {LabError} when it is no heap profile.
 */
export function readHeapProfile(profile: Uint8Array): Heap {
  const { sampleType, sample, location, function: functions, stringTable, period } = decode(profile);
  const word = (index: number | bigint) => stringTable.strings[Number(index)] ?? '';
  const types = sampleType.map(({ type, unit }) => `${word(type)}/${word(unit)}`);
  const inUse = types.indexOf('inuse_space/bytes');
  if (inUse < 0) throw unreadable(`it has ${types.join(', ') || 'nothing'}`);
  const names = new Map(functions.map(({ id, name }) => [Number(id), word(name)]));
  const places = new Map(
    location.map(({ id, line, address }) => [
      Number(id),
      line.length > 0
        ? line.map(({ functionId }) => names.get(Number(functionId)) ?? '')
        : [`0x${address.toString(16)}`],
    ]),
  );
  const lengths = new Map([...places].map(([id, frames]) => [id, frames.length]));
  let frames = 0;
  for (const { locationId } of sample) for (const id of locationId) frames += lengths.get(Number(id)) ?? 0;
  if (frames > mostFrames) throw unreadable(`its stacks have ${frames} functions, more than ${mostFrames}`);
  const stacks: Stack[] = sample.map(({ locationId, value, label }) => ({
    frames: locationId.flatMap((id) => places.get(Number(id)) ?? []),
    size: Number(label.find(({ key }) => word(key) === 'bytes')?.num),
    bytes: Number(value[inUse]),
  }));
  const used = stacks.filter(({ bytes }) => bytes > 0);
  if (used.some(({ size }) => !(size > 0))) throw unreadable('some of its samples have no size');
  return { types, rate: Number(period), stacks: used };
}

function decode(profile: Uint8Array): Profile {
  try {
    return Profile.decode(gunzipSync(profile, { maxOutputLength: mostBytes }));
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error), error);
  }
}

function unreadable(happened: string, cause?: unknown): LabError {
  const expected = 'a gzipped protobuf with inuse_space/bytes, and the size of each object';
  return new LabError({ doing: 'reading a heap profile', expected, happened }, { cause });
}
