import { cacheDirectory } from '../../fetch/cache.ts';
import type { Fetching } from '../../../vms/build.ts';
import type { Box } from '../../../vms/boxes.ts';
import { Kept } from '../shared/kept.ts';
import type { MachineSpec } from '../shared/kind.ts';
import { WarmBox } from './box.ts';
import type { DockerOfBox } from './docker-of-box.ts';
import type { Vagrant } from './vagrant.ts';

/** Boxes that are up, by name. */
const warm = new Kept<WarmBox>();

/** The end of the last cell of each box, for which the next one waits. */
const free = new Map<string, Promise<void>>();

/** Waits until no other cell is in a box. @returns what lets the next one in */
export async function takeTurn({ name }: Box): Promise<() => void> {
  const next = Promise.withResolvers<void>();
  const before = free.get(name);
  free.set(name, next.promise);
  await before;
  return next.resolve;
}

/** A box that is up: as an earlier cell has left it, or made now, with this docker. @throws as {@link WarmBox.open} */
export function warmBox(
  vagrant: Vagrant,
  box: Box,
  docker: DockerOfBox,
  { event, signal }: Pick<MachineSpec, 'event' | 'signal'>,
): Promise<WarmBox> {
  // Missing parts are fetched without progress messages.
  const fetching: Fetching = {
    cache: cacheDirectory(),
    progress: ({ what }) => event({ code: 'download', text: what }),
    ...(signal && { signal }),
  };
  return warm.get(box.name, () => WarmBox.open(vagrant, box, docker, fetching, event));
}

/** Destroys the boxes, unless they are to be kept; machines in them must be gone. */
export async function releaseBoxes(): Promise<void> {
  const boxes = await warm.take();
  free.clear();
  for (const box of boxes) await box[Symbol.asyncDispose]();
}
