import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LabError } from '../core/errors.ts';

/** Version of everything below the cache. Raise it when what is made, or how, changes. */
export const cacheVersion = 1;

const anyVersion = z.looseObject({ version: z.int() });

/** A file of a docker build as the manifest of its entry records it. */
export const recordedBinary = z.strictObject({
  name: z.string(),
  /** Relative to the entry's directory. */
  file: z.string(),
  sha256: z.string(),
});

/** See {@link recordedBinary}. */
export type RecordedBinary = z.infer<typeof recordedBinary>;

/**
 * The manifest of an entry of the cache; undefined when there is no such entry or it is of another version of the lab.
 *
 * @throws {LabError} when the file is there and is not a manifest
 */
export async function readManifest<M>(directory: string, schema: z.ZodType<M>): Promise<M | undefined> {
  const file = join(directory, 'manifest.json');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const content: unknown = JSON.parse(text);
    if (anyVersion.parse(content).version !== cacheVersion) return undefined;
    return schema.parse(content);
  } catch (error) {
    throw damaged(directory, `${file} is not a manifest`, error);
  }
}

/** An entry of the cache is not what the lab put there. */
export function damaged(directory: string, happened: string, cause?: unknown): LabError {
  return new LabError(
    {
      doing: `reading the cache entry ${directory}`,
      expected: 'what the lab put there',
      happened,
      hint: `remove the entry, and it is downloaded again: rm -r ${directory}`,
    },
    { cause },
  );
}
