import { readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type Docker from 'dockerode';
import { ownerState } from '../local/owner.ts';
import { sweepLocal } from '../local/sweep.ts';
import { findEngine } from './engine.ts';
import { isLeft, ofTheLab } from './labels.ts';
import { removeContainer } from './open-container.ts';
import { enginePrefix } from './own-engine.ts';
import { pointTestcontainers } from './testcontainers.ts';

/**
 * Removes what dead runs of this host left: in the user's engine what has the lab's labels, and of engines of the lab's own, which
 * ended with their runs, directories and empty cgroups.
 *
 * @returns what was removed
 */
export async function sweepContainers(): Promise<string[]> {
  const found = await findEngine();
  const inEngine = found ? await sweepEngine(await pointTestcontainers(found.host)) : [];
  // Only root has engines of the lab's own.
  const cgroups = process.geteuid?.() === 0 ? await sweepLocal() : [];
  return [...inEngine, ...(await sweepDirectories()), ...cgroups];
}

/** Containers first: they hold the others. */
export async function sweepEngine(docker: Docker): Promise<string[]> {
  const swept: string[] = [];
  for (const { Id, Labels } of await docker.listContainers({ all: true, filters: ofTheLab })) {
    if (!isLeft(Labels)) continue;
    await removeContainer(docker, Id);
    swept.push(`container ${Id.slice(0, 12)}`);
  }
  const { Volumes } = await docker.listVolumes({ filters: ofTheLab });
  for (const { Name, Labels } of Volumes ?? []) {
    if (!isLeft(Labels)) continue;
    await docker.getVolume(Name).remove();
    swept.push(`volume ${Name}`);
  }
  for (const { Id, Labels } of await docker.listImages({ filters: ofTheLab })) {
    if (!isLeft(Labels)) continue;
    await docker.getImage(Id).remove({ force: true });
    swept.push(`image ${Id.replace('sha256:', '').slice(0, 12)}`);
  }
  return swept;
}

async function sweepDirectories(): Promise<string[]> {
  const temporary = os.tmpdir();
  const swept: string[] = [];
  for (const name of await readdir(temporary)) {
    if (!name.startsWith(enginePrefix)) continue;
    // After the owner may come the letters that made the name a new one.
    const [owner = ''] = name.slice(enginePrefix.length).split('-');
    if (ownerState(owner) !== 'dead') continue;
    const directory = path.join(temporary, name);
    await rm(directory, { recursive: true, force: true });
    swept.push(directory);
  }
  return swept;
}
