import { z } from 'zod';
import { LabError } from '../errors.ts';
import type { Machine } from '../machines/machine.ts';

/** What lies under the path of one network namespace, as the daemon sees it. */
export const netnsFile = z.strictObject({
  path: z.string(),
  /** The file system's magic number in hex, as statfs(2) gives it. */
  magic: z.string(),
  /** `nsfs`: the bind mount is there. `lost`: the empty file below it. `gone`: not even that. */
  state: z.enum(['nsfs', 'lost', 'gone']),
});
export type NetnsFile = z.infer<typeof netnsFile>;

/** NSFS_MAGIC of linux/magic.h. */
const nsfsMagic = '6e736673';

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
    return { path, magic, state: magic === nsfsMagic ? 'nsfs' : magic === 'gone' ? 'gone' : 'lost' };
  });
}
