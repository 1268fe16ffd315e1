import { cacheDirectory } from '../../fetch/cache.ts';
import { findQemu } from '../../fetch/qemu.ts';
import { fetchingRequirements } from '../../fetch/requirements.ts';
import { requireLinux, requireTools, type Requirement } from '../../core/requirement.ts';
import { rememberedKvm } from './kvm.ts';

/** The requirements of a micro VM on the host, each with the state found. Downloads nothing and boots nothing. */
export async function microvmRequirements(): Promise<Requirement[]> {
  const linux = requireLinux();
  if (!linux.met) return [linux];
  const cache = cacheDirectory();
  const qemu = await findQemu(cache);
  const tools = await requireTools(['sh', 'cat', 'setpriv', 'prlimit'], 'install util-linux and coreutils');
  const kvm = { what: 'KVM', met: true, found: await rememberedKvm(qemu, cache), fix: '' };
  if (qemu)
    return [linux, tools, { what: 'QEMU', met: true, found: `${qemu.version}, ${origins[qemu.origin]}`, fix: '' }, kvm];
  return [linux, tools, await means(), kvm];
}

const origins = {
  settings: 'as DOCKERD_LEAK_LAB_QEMU says',
  host: 'of this machine',
  kit: "Debian's, in the cache",
};

/** Without a QEMU: whether one could be downloaded. */
async function means(): Promise<Requirement> {
  const missing = (await fetchingRequirements()).filter(({ met }) => !met);
  return {
    what: 'QEMU',
    met: missing.length === 0,
    found:
      missing.length === 0
        ? "none; Debian's will be downloaded, 120 MB"
        : `none, and ${missing.map(({ found }) => found).join('; ')}`,
    fix: 'install qemu-system-x86, or set DOCKERD_LEAK_LAB_QEMU to a qemu-system-x86_64',
  };
}
