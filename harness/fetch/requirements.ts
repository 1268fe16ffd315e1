import { messageOf } from '../core/errors.ts';
import { requireTools, type Requirement } from '../core/requirement.ts';
import { findMirror } from './mirror.ts';

/** The requirements on the host for fetching docker builds. Changes nothing and uses no network. */
export async function fetchingRequirements(): Promise<Requirement[]> {
  const tools = await requireTools(
    ['apt-get', 'dpkg-deb', 'tar', 'flock', 'setpriv', 'unshare', 'chroot'],
    'install apt, dpkg, tar, util-linux and coreutils; a cache that was filled elsewhere will do as well',
  );
  return [tools, await mirror()];
}

async function mirror(): Promise<Requirement> {
  const needed = {
    what: 'Debian mirror',
    fix: 'set DOCKERD_LEAK_LAB_DEBIAN_MIRROR and install debian-archive-keyring',
  };
  try {
    const { keyring } = await findMirror('looking for a Debian mirror');
    return { ...needed, met: true, found: `in the machine's apt configuration or the settings; keys in ${keyring}` };
  } catch (error) {
    return { ...needed, met: false, found: messageOf(error).split('\n')[0] ?? '' };
  }
}
