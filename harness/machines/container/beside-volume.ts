import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { BesideFiles } from '../../machine/beside.ts';
import { ownOwner } from '../local/owner.ts';
import { archiveOf, archiveOfFiles } from './archive.ts';
import { ownLabels } from './labels.ts';

/** A volume with what programs beside a daemon need, and where machines show it. */
export interface BesideVolume {
  name: string;
  /** Directory in the machine. */
  target: string;
  shows: BesideFiles;
}

let volumesMade = 0;

/** Fills a volume through a container that never runs: the one way that engines near and far have in common. */
export async function makeBesideVolume(wanted: {
  docker: Docker;
  files: BesideFiles;
  target: string;
  /** Any that the engine has. */
  image: string;
}): Promise<BesideVolume> {
  const { docker, files: shows, target, image } = wanted;
  const name = `dockerd-leak-lab-${ownOwner().replaceAll('.', '-')}-${++volumesMade}`;
  await using onFailure = new AsyncDisposableStack();
  await docker.createVolume({ Name: name, Labels: ownLabels() });
  onFailure.defer(() => docker.getVolume(name).remove());
  const { userland, files } = shows;
  const archive = userland === undefined ? archiveOfFiles(files) : archiveOf([{ source: userland, target: '/' }]);
  const container = await docker.createContainer({
    Image: image,
    Labels: ownLabels(),
    NetworkDisabled: true,
    HostConfig: { Mounts: [{ Type: 'volume', Source: name, Target: target }] },
    Cmd: ['/lab/busybox', 'true'],
  });
  try {
    await container.putArchive(Readable.from(archive), { path: target });
  } finally {
    await container.remove({ force: true });
  }
  onFailure.move();
  return { name, target, shows };
}
