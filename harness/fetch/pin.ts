import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LabError } from '../core/errors.ts';
import type { Fetching } from '../../vms/build.ts';

/**
 * Keeps the digest of a file whose digest is not published: the first one seen is kept, and a different one later is an error.
 *
 * @param address the address that it was downloaded from
 */
export async function pin(address: string, digest: string, { cache }: Fetching): Promise<void> {
  const file = join(cache, 'pins', encodeURIComponent(address));
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known === digest) return;
  if (known !== undefined) {
    throw new LabError({
      doing: `fetching ${address}`,
      expected: `SHA-256 ${known}, as it had at the first download`,
      happened: `it has SHA-256 ${digest}`,
      hint: `find out why before you remove ${file}`,
    });
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, digest);
}
