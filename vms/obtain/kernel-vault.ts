import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NotApplicableError, messageOf } from '../../harness/errors.ts';
import type { Obtaining } from '../build.ts';
import { vaultAddress, type VaultOrigin } from '../kernels.ts';
import { UnreachableError, downloadAny } from './download.ts';
import type { KernelManifest } from './kernel-entry.ts';
import { makePackagedKernel } from './kernel-package.ts';
import { pin } from './pin.ts';

/** More than any kernel package has. */
const mostMegabytes = 150;

/**
 * Fills an entry of the cache with a kernel from a vault of RPMs. Nobody publishes their digests by themselves: the first one
 * that is seen is kept in the cache, and another one later is an error.
 *
 * @throws {NotApplicableError} when the vault is out of reach, with the way to bring the kernel
 * @throws {LabError} when the vault has another file than it had
 */
export async function makeVaultKernel(
  name: string,
  origin: VaultOrigin,
  directory: string,
  obtaining: Obtaining,
): Promise<KernelManifest> {
  const files: string[] = [];
  for (const file of origin.files) {
    const address = vaultAddress(origin, file);
    const local = join(obtaining.cache, 'downloads', file.split('/').at(-1) ?? file);
    try {
      const what = `the kernel ${name}`;
      await pin(
        address,
        await downloadAny({ what, address, megabytes: mostMegabytes, file: local }, obtaining),
        obtaining,
      );
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      throw new NotApplicableError(
        {
          doing: `obtaining the kernel ${name}`,
          expected: `its package from ${address}`,
          happened: messageOf(error),
          hint: howToBring(name, origin),
        },
        { cause: error },
      );
    }
    files.push(local);
  }
  const made = await makePackagedKernel(files, directory, obtaining);
  for (const file of files) await rm(file, { force: true });
  return made;
}

/** One sentence. */
function howToBring(name: string, { files, setting }: VaultOrigin): string {
  const [first = ''] = files;
  return (
    `bring the kernel ${name} as --kernel ${first.split('/').at(-1)}, or set ${setting} to the address of a ` +
    'directory that is laid out as the vault is'
  );
}
