import { createHash } from 'node:crypto';
import type { BesideFiles } from '../../machine/beside.ts';
import { archiveOf, archiveOfFiles } from '../container/archive.ts';
import type { BesideDisk } from '../agent/beside.ts';
import type { WarmBox } from './box.ts';

/** Directories that boxes have already, by box. A box that was kept gets them once more. */
const brought = new WeakMap<WarmBox, Set<string>>();

/**
 * Copies into a box what programs beside the daemon need. They run in it, and not on the host against a forwarded socket: the daemon's
 * peers are then the clients themselves, and not an sshd that reads for them what they do not, and keeps what they let go.
 */
export async function bringBeside(box: WarmBox, needs: readonly BesideFiles[]): Promise<BesideDisk[]> {
  const files = [...new Set(needs.flatMap((need) => need.files))].toSorted();
  const userlands = [...new Set(needs.flatMap((need) => need.userland ?? []))];
  const all: BesideFiles[] = [
    ...(files.length > 0 ? [{ files }] : []),
    ...userlands.map((userland) => ({ files: [], userland })),
  ];
  const has = brought.get(box) ?? new Set();
  brought.set(box, has);
  const disks: BesideDisk[] = [];
  for (const shows of all) {
    const digest = createHash('sha256').update(JSON.stringify(shows)).digest('hex').slice(0, 12);
    const target = `/opt/beside/${digest}`;
    if (!has.has(target)) {
      const archive =
        shows.userland === undefined
          ? archiveOfFiles(shows.files)
          : archiveOf([{ source: shows.userland, target: '/' }]);
      await box.bring('bringing what runs beside the daemon', archive, target);
      has.add(target);
    }
    disks.push({ image: target, target, shows });
  }
  return disks;
}
