import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ownOwner } from '../local/owner.ts';
import type { Vagrant } from './vagrant.ts';

/** Directory with a note for each box that was made. */
export const madeDirectory = (cache: string): string => path.join(cache, 'vagrant/made');

/** The file that says which run has made a box. */
export const madeNote = (box: string, cache: string): string => path.join(madeDirectory(cache), box);

/** Notes that this run makes a box: the next one destroys it, should this one be killed. */
export async function noteMade(box: string, cache: string): Promise<void> {
  await writeFile(madeNote(box, cache), ownOwner());
}

/** From now on a box is the user's. */
export async function forgetMade(box: string, cache: string): Promise<void> {
  await rm(madeNote(box, cache), { force: true });
}

/** Destroys a box and forgets that it was made. */
export async function destroyBox(vagrant: Vagrant, box: string, cache: string): Promise<void> {
  // Which is known without the provider; to destroy what is not there takes one.
  if ((await vagrant.status(box)) !== 'not_created') await vagrant.destroy(box);
  await forgetMade(box, cache);
}
