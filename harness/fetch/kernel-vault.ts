import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NotApplicableError, messageOf } from '../core/errors.ts';
import type { Fetching } from '../../vms/build.ts';
import { vaultAddress, type VaultOrigin } from '../../vms/kernels.ts';
import { UnreachableError, downloadAny } from './download.ts';
import type { KernelManifest } from './kernel-entry.ts';
import { makePackagedKernel } from './kernel-package.ts';
import { pin } from './pin.ts';
import { sourceOf } from './verify-rpm.ts';

/** More than any kernel package has. */
const mostMegabytes = 150;

/**
 * Fills an entry of the cache with a kernel from a vault of RPMs. Their digests are not published: the first one
 * that is seen is kept in the cache, and another one later is an error.
 *
 * @throws {NotApplicableError} when the vault is not reachable, with the way to bring the kernel
 * @throws {LabError} when the vault has another file than it had
 */
export async function makeVaultKernel(
  name: string,
  origin: VaultOrigin,
  directory: string,
  fetching: Fetching,
): Promise<KernelManifest> {
  const files: { address: string; local: string; digest: string }[] = [];
  try {
    for (const file of origin.files) {
      const address = vaultAddress(origin, file);
      const local = join(fetching.cache, 'downloads', file.split('/').at(-1) ?? file);
      const digest = await downloadFrom(name, origin, address, local, fetching);
      files.push({ address, local, digest });
    }
    const locals = files.map(({ local }) => local);
    const made = await makePackagedKernel(locals, sourceOf(origin), directory, fetching);
    // Only a package that was read is pinned: the page that a proxy sends instead would be refused for ever after.
    for (const { address, digest } of files) await pin(address, digest, fetching);
    return made;
  } finally {
    for (const { local } of files) await rm(local, { force: true });
  }
}

async function downloadFrom(
  name: string,
  origin: VaultOrigin,
  address: string,
  file: string,
  fetching: Fetching,
): Promise<string> {
  try {
    return await downloadAny({ what: `the kernel ${name}`, address, megabytes: mostMegabytes, file }, fetching);
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    throw new NotApplicableError(
      {
        doing: `fetching the kernel ${name}`,
        expected: `its package from ${address}`,
        happened: messageOf(error),
        hint: howToBring(name, origin),
      },
      { cause: error },
    );
  }
}

/** One sentence. */
function howToBring(name: string, { files, setting }: VaultOrigin): string {
  const [first = ''] = files;
  return (
    `bring the kernel ${name} as --kernel ${first.split('/').at(-1)}, or set ${setting} to the address of a ` +
    'directory that is laid out as the vault is'
  );
}
