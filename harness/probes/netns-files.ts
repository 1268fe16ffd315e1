import { LabError } from '../core/errors.ts';
import { netnsStateOf, type NetnsFile } from '../evidence/netns-files.ts';
import type { Machine } from '../machine/contract.ts';

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
    return { path, magic, state: netnsStateOf(magic) };
  });
}
