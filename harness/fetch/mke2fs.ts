import type { Fetching } from '../../vms/build.ts';
import { fetchKit, programOf } from './kit.ts';
import { findInPath } from './qemu.ts';

/** The words that run `mke2fs`: the host's, which is often where only root looks, or Debian's in the cache. */
export async function fetchMke2fs(fetching: Fetching): Promise<string[]> {
  const installed = await findInPath('mke2fs', ['/usr/sbin', '/sbin']);
  return installed ? [installed] : programOf(await fetchKit('disks', fetching), 'usr/sbin/mke2fs');
}
