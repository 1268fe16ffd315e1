import path from 'node:path';
import { soakSample, type SoakSample } from '../../harness/evidence/soak-record.ts';
import { readStored } from '../../harness/store/stored-file.ts';

/** The file of a cell's directory that has a sample a line, appended as they are taken. */
export const samplesFile = 'samples.ndjson';

/** Bytes that are read of it: a sample has 1 KB, and one is taken each second at most, so this is more than two days of them. */
const mostBytes = 256 << 20;

/** Seconds of a sample that can be one: 30 years. */
const mostSeconds = 1e9;

/**
 * Samples of a run that is resumed. A line that a killed run has not written whole is left out, and so is each that cannot follow the one before: in
 * a segment time and calls do not go back, and no segment is skipped.
 *
 * @throws {LabError} for a link, a pipe, a device and a file that is too large
 */
export function readEarlier(file: string | undefined): SoakSample[] {
  const stored = file === undefined ? undefined : readStored(path.dirname(file), path.basename(file), mostBytes);
  const samples: SoakSample[] = [];
  for (const line of stored?.toString().split('\n') ?? []) {
    const sample = sampleIn(line);
    if (sample && follows(sample, samples.at(-1))) samples.push(sample);
  }
  return samples;
}

function sampleIn(line: string): SoakSample | undefined {
  try {
    return soakSample.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function follows({ segment, seconds, calls }: SoakSample, before: SoakSample | undefined): boolean {
  if (seconds > mostSeconds) return false;
  if (!before) return segment === 1;
  if (segment === before.segment) return seconds >= before.seconds && calls >= before.calls;
  return segment === before.segment + 1;
}
