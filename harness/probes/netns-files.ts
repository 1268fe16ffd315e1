import { z } from 'zod';
import { LabError } from '../core/errors.ts';
import type { Machine } from '../machine/contract.ts';

/** `nsfs`: the bind mount is there, on nsfs or, before Linux 3.19, on proc. `lost`: the empty file below it. `gone`: not even that. */
export const netnsState = z.enum(['nsfs', 'lost', 'gone']);

/** The file at the path of one network namespace, as the daemon sees it. */
export const netnsFile = z
  .strictObject({
    path: z.string(),
    /** The file system's magic number in hex, as statfs(2) gives it. */
    magic: z.string(),
    state: netnsState,
  })
  // A run from before proc was known to hold namespaces has them as lost.
  .overwrite((file) => ({ ...file, state: stateOf(file.magic) }));
export type NetnsFile = z.infer<typeof netnsFile>;

/**
 * The file systems of a namespace's file: NSFS_MAGIC of linux/magic.h; before Linux 3.19, which brought nsfs, PROC_SUPER_MAGIC (seen on 3.10.0-514). A
 * file below `/run/docker/netns` that nothing is mounted on is never of proc.
 */
const namespaceMagics: ReadonlySet<string> = new Set(['6e736673', '9fa0']);

/** The name of each state in checks and on pages. */
export const netnsWords: Readonly<Record<z.infer<typeof netnsState>, string>> = {
  nsfs: 'kept',
  lost: 'lost',
  gone: 'gone',
};

function stateOf(magic: string): z.infer<typeof netnsState> {
  if (namespaceMagics.has(magic)) return 'nsfs';
  return magic === 'gone' ? 'gone' : 'lost';
}

/** Reads the file system type of each file in the mount namespace of the process `pid` of the machine. */
export async function probeNetnsFiles(machine: Machine, pid: number, paths: string[]): Promise<NetnsFile[]> {
  const inDaemon = ['nsenter', `--target=${pid}`, '--mount', '--wd=/'];
  const script = 'for file; do busybox stat -f -c %t "$file" 2>/dev/null || echo gone; done';
  const ran = await machine.run([...inDaemon, 'busybox', 'sh', '-c', script, 'sh', ...paths]);
  const magics = ran.stdout.split('\n').filter(Boolean);
  if (ran.exitCode !== 0 || magics.length !== paths.length) {
    throw new LabError({
      doing: `reading the file systems of ${paths.length} netns files in the daemon's mount namespace`,
      expected: 'one line a file',
      happened: `exit code ${ran.exitCode}, ${magics.length} lines`,
      evidence: `$ ${ran.command}\n${ran.stdout}\n${ran.stderr}`.trim(),
      hint: 'the daemon may have ended: its log, in the directory of the cell, says so',
    });
  }
  return paths.map((path, index) => {
    const magic = magics[index] ?? '';
    return { path, magic, state: stateOf(magic) };
  });
}
