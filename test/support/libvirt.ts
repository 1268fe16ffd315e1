import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { waitFor } from '../../harness/dosing/wait-for.ts';
import type { LocalCell } from '../../harness/machines/local/local.ts';

/** Starts libvirtd in a cell; it ends with that. @param log a file of the host for its output */
export async function startLibvirt(cell: LocalCell, log: string): Promise<void> {
  const script = await readFile(path.join(import.meta.dirname, 'libvirt.sh'), 'utf8');
  const daemon = await cell.start(['sh', '-c', script], { log });
  const look = async () => (await cell.run(['test', '-S', '/run/libvirt/libvirt-sock'])).exitCode;
  await waitFor('starting libvirtd', 'its socket', look, (code) => code === 0 || daemon.hasExited, 60);
  if (daemon.hasExited) throw new Error(`libvirtd has ended: ${await readFile(log, 'utf8')}`);
}
