import type { Machine } from '../../machine/contract.ts';
import { numberIn, readOutput, type Probe } from '../probe.ts';
import { slabCopyMetrics } from './metrics.ts';

/** The copies of slab caches that a kernel has for memory cgroups, living or dead. */
export interface SlabCopies {
  /** Different ids of memory cgroups in the names of copies. */
  ids: number;
  /** Copies that exist. */
  copies: number;
  /** Links to copies that are gone: the kernel removes the copy and forgets its second name. */
  dangling: number;
  /** Of each cache that was copied, by its name. */
  caches: ReadonlyMap<string, { copies: number; dangling: number }>;
}

/**
 * Up to Linux 5.8 a memory cgroup whose kernel memory is accounted gets copies of the slab caches that it uses. `/proc/slabinfo` adds them to the
 * cache that they are copied from; `/sys/kernel/slab` lists each (seen on 3.10.0-514):
 *
 * - a directory `:at-0000192-00000012`, where the cache may be merged with others: its flags and size, and the id of the cgroup in eight digits;
 *   beside it a link `dentry(12:NAME)` to it, with the name of the cgroup. The link stays, and leads nowhere, when the copy is gone.
 * - a directory `dentry(12:NAME)` where it may not be merged. From 4.0 on this one is in the directory `cgroup` of its cache.
 */
const count = String.raw`
[ -d "$0" ] || exit 0
set -- "$0"/*/cgroup
[ -d "$1" ] || set --
busybox ls -ln "$0" "$@" 2>/dev/null | busybox awk '
  /^[dl]/ {
    link = /^l/; name = $9; target = link ? $NF : ""
    if (NF != (link ? 11 : 9)) {
      name = $0
      if (link) { at = index(name, " -> "); target = substr(name, at + 4); name = substr(name, 1, at - 1) }
      for (column = 0; column < 8; column++) sub(/^ *[^ ]+/, "", name)
      sub(/^ /, "", name)
    }
    if (!link) directories[name] = 1
    if (match(name, /\([0-9]+:.*\)$/)) {
      cache = substr(name, 1, RSTART - 1); id = substr(name, RSTART + 1) + 0
      ids[id] = 1; caches[cache] = 1
      if (link) { sub(/.*\//, "", target); linked[name] = target; of[name] = cache }
      else { copies++; real[cache]++ }
    } else if (!link && match(name, /-[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]$/)) {
      # Without its zeros, as busybox takes them for the sign of an octal number.
      id = substr(name, RSTART + 1); sub(/^0+/, "", id)
      ids[id + 0] = 1; copies++
    }
  }
  END {
    for (name in linked) if (linked[name] in directories) real[of[name]]++; else { gone[of[name]]++; dangling++ }
    for (id in ids) number++
    print "ids " number + 0; print "copies " copies + 0; print "dangling " dangling + 0
    for (cache in caches) print "cache " real[cache] + 0 " " gone[cache] + 0 " " cache
  }'`;

/**
 * Reads the copies; undefined on a kernel that does not list its slab caches.
 *
 * @param directory where it lists them; another one for tests
 */
export async function readSlabCopies(
  machine: Machine,
  directory = '/sys/kernel/slab',
): Promise<SlabCopies | undefined> {
  return parseSlabCopies(
    await readOutput({ machine }, 'copies of slab caches', ['busybox', 'sh', '-c', count, directory]),
  );
}

/** See {@link readSlabCopies}. */
export function parseSlabCopies(text: string): SlabCopies | undefined {
  if (text.trim() === '') return undefined;
  const number = (what: string) => numberIn(text, `${what} of slab caches`, new RegExp(`^${what} (\\d+)$`, 'm'));
  const caches = new Map<string, { copies: number; dangling: number }>();
  for (const [, copies, dangling, name = ''] of text.matchAll(/^cache (\d+) (\d+) (.*)$/gm)) {
    caches.set(name, { copies: Number(copies), dangling: Number(dangling) });
  }
  return { ids: number('ids'), copies: number('copies'), dangling: number('dangling'), caches };
}

/** The remains of dead cgroups where the dying ones are not counted: on 3.10 kernel memory holds a cgroup that `/proc/cgroups` no longer counts. */
export const slabCopies: Probe<{ machine: Machine }> = {
  name: 'copies of slab caches',
  metrics: slabCopyMetrics,
  // The cost of a reading: a look at each entry of /sys/kernel/slab, for which the kernel makes an inode of some 80 unreclaimable bytes.
  async read({ machine }) {
    const seen = await readSlabCopies(machine);
    return seen ? { 'slab-ids': seen.ids, 'slab-copies': seen.copies } : {};
  },
};
