import { isBefore } from '../../core/version.ts';
import type { KmemAccounting } from '../../evidence/kmem-accounting.ts';
import type { Machine } from '../../machine/contract.ts';
import { readOutput } from '../probe.ts';
import { runInCgroup } from './in-cgroup.ts';
import type { MemoryCgroups } from './memory-cgroups.ts';

/** Limits from here on stand for none: the kernel shows 2^63 − 1, rounded to a page (memcontrol.c). */
const noLimit = 2 ** 62;

/** Before this one `memory.kmem.slabinfo` gives EIO where kernel memory is not accounted (3.10.0-514, mem_cgroup_slabinfo_read). */
const slabinfoTellsBefore = '4.0';

/** Prints what the files of the cgroup `$0` say. */
const files = `
if [ -e "$0/memory.kmem.max_usage_in_bytes" ]; then
  echo "charged $(busybox cat "$0/memory.kmem.max_usage_in_bytes")"
  echo "limit $(busybox cat "$0/memory.kmem.limit_in_bytes")"
  busybox cat "$0/memory.kmem.slabinfo" >/dev/null 2>&1 && echo slabinfo
elif [ -e "$0/memory.stat" ]; then busybox sed -n "s/^kernel /charged /p; s/^slab /slab /p" "$0/memory.stat"
fi
for file in memory.limit_in_bytes memory.max; do [ ! -e "$0/$file" ] || echo "memory $(busybox cat "$0/$file")"; done
:`;

/** Reads it of a cgroup that is there. A limit proves nothing: `nokmem` takes one, and runc removes the one that it switched accounting on with. */
export async function readKmemAccounting(machine: Machine, directory: string): Promise<KmemAccounting> {
  const text = await readOutput({ machine }, 'accounting of kernel memory', ['busybox', 'sh', '-c', files, directory]);
  return parseKmemAccounting(text, machine.description.kernel);
}

/** Reads it of a cgroup that is made for it, with a process that has used kernel memory. */
export async function tryKmemAccounting(
  machine: Machine,
  { root }: MemoryCgroups,
  kmem: 'on' | 'off',
): Promise<KmemAccounting> {
  const text = await runInCgroup(machine, root, kmem, 'accounting of kernel memory', `busybox ls / >/dev/null${files}`);
  return parseKmemAccounting(text, machine.description.kernel);
}

/** See {@link readKmemAccounting}. */
export function parseKmemAccounting(text: string, release: string): KmemAccounting {
  const number = (name: string) => {
    const found = new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const charged = number('charged') ?? number('slab');
  if (charged === undefined) return { state: 'absent' };
  const below = (limit: number | undefined) => (limit !== undefined && limit < noLimit ? limit : undefined);
  const [limit, memoryLimit] = [below(number('limit')), below(number('memory'))];
  const ownCaches = isBefore(release, slabinfoTellsBefore) && /^slabinfo$/m.test(text);
  return {
    state: charged > 0 || ownCaches ? 'on' : 'off',
    chargedBytes: charged,
    ...(limit !== undefined && { limitBytes: limit }),
    ...(memoryLimit !== undefined && { memoryLimitBytes: memoryLimit }),
  };
}
