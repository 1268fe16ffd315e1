import { z } from 'zod';
import { defineEvidence } from './kind.ts';
import { netnsStates, type NetnsState } from './netns-state.ts';

/**
 * The file systems of a namespace's file: NSFS_MAGIC of linux/magic.h; before Linux 3.19, which brought nsfs, PROC_SUPER_MAGIC (seen on 3.10.0-514). A
 * file below `/run/docker/netns` that nothing is mounted on is never of proc.
 */
const namespaceMagics: ReadonlySet<string> = new Set(['6e736673', '9fa0']);

/** The state of a file by the magic number of its file system; `gone` stands for no file. */
export function netnsStateOf(magic: string): NetnsState {
  if (namespaceMagics.has(magic)) return 'nsfs';
  return magic === 'gone' ? 'gone' : 'lost';
}

/** The file at the path of one network namespace, as the daemon sees it. */
const netnsFile = z
  .strictObject({
    path: z.string(),
    /** The file system's magic number in hex, as statfs(2) gives it. */
    magic: z.string(),
    state: netnsStates,
  })
  // A run from before proc was known to hold namespaces has them as lost.
  .overwrite((file) => ({ ...file, state: netnsStateOf(file.magic) }));
export type NetnsFile = z.infer<typeof netnsFile>;

export const netnsFiles = defineEvidence({
  kind: 'netns-files',
  meaning: "The files of the containers' network namespaces, as the daemon's mount namespace has them.",
  units: {},
  schema: z.array(netnsFile),
});
