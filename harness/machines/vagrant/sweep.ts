import { readdir, readFile } from 'node:fs/promises';
import { boxes } from '../../../vms/boxes.ts';
import { ownerState } from '../local/owner.ts';
import { destroyBox, madeDirectory, madeNote } from './made.ts';
import type { Vagrant } from './vagrant.ts';

/**
 * Destroys the boxes of dead runs: VMs live on when the harness is killed, as libvirtd or VirtualBox has started them.
 *
 * @returns what was destroyed
 */
export async function sweepBoxes(vagrant: Vagrant, cache: string): Promise<string[]> {
  const names = await readdir(madeDirectory(cache)).catch((): string[] => []);
  const swept: string[] = [];
  for (const { name } of boxes) {
    if (!names.includes(name)) continue;
    const owner = await readFile(madeNote(name, cache), 'utf8');
    if (ownerState(owner) !== 'dead') continue;
    await destroyBox(vagrant, name, cache);
    swept.push(`the box ${name}`);
  }
  return swept;
}
