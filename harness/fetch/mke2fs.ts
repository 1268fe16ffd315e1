import type { Obtaining } from '../../vms/build.ts';
import { obtainKit, programOf } from './kit.ts';
import { findInPath } from './qemu.ts';

/** The words that run `mke2fs`: the host's, which is often where only root looks, or Debian's in the cache. */
export async function obtainMke2fs(obtaining: Obtaining): Promise<string[]> {
  const installed = await findInPath('mke2fs', ['/usr/sbin', '/sbin']);
  return installed ? [installed] : programOf(await obtainKit('disks', obtaining), 'usr/sbin/mke2fs');
}
