import path from 'node:path';
import { messageOf } from '../../core/errors.ts';
import { readCgroupLayout } from '../local/cgroup-layout.ts';
import { makeCgroupTree } from '../local/cgroup-tree.ts';
import { ownCgroup } from '../local/owner.ts';
import { usualTranslatedBytes, type VmPlan } from './qemu-command.ts';

const joinCgroups = path.join(import.meta.dirname, '../local/join-cgroups.sh');

/** QEMU's memory beside the guest's and translated code, in bytes: 60 MB were measured. */
const ownBytes = 128 << 20;

/** Address space that QEMU reserves and hardly uses: stacks and arenas of its threads; bytes. 0.9 GB were measured. */
const reservedBytes = 2 << 30;

let vmsMade = 0;

/** A limit on the memory of one QEMU on the host. */
export interface MemoryBound extends AsyncDisposable {
  /** The words in front of its command. */
  wrapper: string[];
  /** Bytes. */
  mostBytes: number;
  /** The number of times that the kernel killed it for that. */
  kills(): Promise<number>;
}

/** The limit for a guest: a cgroup of its own where that can be made, else its address space. */
export async function boundMemory({
  memoryBytes,
  translatedBytes = usualTranslatedBytes,
}: Pick<VmPlan, 'memoryBytes' | 'translatedBytes'>): Promise<MemoryBound> {
  const mostBytes = memoryBytes + translatedBytes + ownBytes;
  if (process.geteuid?.() === 0) {
    try {
      const tree = await makeCgroupTree(await readCgroupLayout(), ownCgroup('vm', ++vmsMade), mostBytes);
      const wrapper = ['sh', joinCgroups, tree.roots.join(':')];
      return { wrapper, mostBytes, kills: () => tree.memoryKills(), [Symbol.asyncDispose]: () => tree.remove() };
    } catch (error) {
      // A container may be root and have its cgroups read-only, or its own for their root. Anything else is a bug to be seen.
      if (!/EROFS|EACCES|EPERM|EBUSY|ENOENT|no cgroup/i.test(messageOf(error))) throw error;
    }
  }
  const wrapper = ['prlimit', `--as=${mostBytes + reservedBytes}`, '--'];
  return { wrapper, mostBytes, kills: () => Promise.resolve(0), [Symbol.asyncDispose]: () => Promise.resolve() };
}
