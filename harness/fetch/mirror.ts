import { access } from 'node:fs/promises';
import { LabError, NotApplicableError } from '../core/errors.ts';
import { debianReleases } from '../../vms/debian.ts';
import { isMissing, run } from './programs/program.ts';

/** Of the package `debian-archive-keyring`. */
const usualKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Where Debian's packages come from, and which keys they are signed with. */
export interface Mirror {
  address: string;
  keyring: string;
}

/**
 * The mirror that the user has set or, else, the one in the sources of the machine's own apt.
 *
 * @throws {NotApplicableError} when the machine has no apt-get or none of its sources is Debian's
 * @throws {LabError} when the keyring is missing
 */
export async function findMirror(doing: string, signal?: AbortSignal): Promise<Mirror> {
  const address = process.env['DOCKERD_LEAK_LAB_DEBIAN_MIRROR'] || (await mirrorOfMachine(doing, signal));
  return { address, keyring: await findKeyring(doing) };
}

async function mirrorOfMachine(doing: string, signal?: AbortSignal): Promise<string> {
  // Without --no-release-info apt names only what it has lists of, and a new machine has none.
  const format = '$(REPO_URI)|$(RELEASE)|$(COMPONENT)';
  const query = ['indextargets', '--no-release-info', '--format', format, 'Created-By: Packages'];
  const ran = await run('apt-get', query, { signal });
  if (isMissing(ran)) throw noApt(doing);
  const rows = ran.stdout.split('\n').map((row) => row.split('|'));
  const address = rows.find(
    ([uri = '', release = '', component]) =>
      !uri.startsWith('cdrom:') && debianReleases.includes(release) && component === 'main',
  )?.[0];
  if (address !== undefined) return address.replace(/\/+$/, '');
  throw new NotApplicableError({
    doing,
    expected: 'a Debian mirror',
    happened: 'none of the sources of apt on this machine is one',
    evidence: ran.stderr.trim() || ran.stdout.trim() || '(apt-get indextargets names no source)',
    hint: 'set DOCKERD_LEAK_LAB_DEBIAN_MIRROR to the address of a Debian mirror',
  });
}

async function findKeyring(doing: string): Promise<string> {
  const chosen = process.env['DOCKERD_LEAK_LAB_DEBIAN_KEYRING'];
  const keyring = chosen || usualKeyring;
  try {
    await access(keyring);
    return keyring;
  } catch (error) {
    throw new LabError(
      {
        doing,
        expected: `the keys of Debian's archive in ${keyring}`,
        happened: 'that file is not there or cannot be read',
        hint: chosen
          ? 'correct DOCKERD_LEAK_LAB_DEBIAN_KEYRING'
          : 'install the package debian-archive-keyring or set DOCKERD_LEAK_LAB_DEBIAN_KEYRING to a file with the keys',
      },
      { cause: error },
    );
  }
}

/** The machine is not of Debian's family. */
export function noApt(doing: string): NotApplicableError {
  return new NotApplicableError({
    doing,
    expected: 'a machine with apt-get',
    happened: 'this machine has none',
    hint: 'run the lab on Debian or Ubuntu, or set DOCKERD_LEAK_LAB_CACHE to a cache that was filled on such a machine',
  });
}
