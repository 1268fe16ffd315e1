import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { DockerBuild, Fetching } from '../../../vms/build.ts';
import { LabError, messageOf } from '../../core/errors.ts';
import { ownOwner } from '../local/owner.ts';
import { archiveOf, type Member } from './archive.ts';
import { fetchLabFiles } from './lab-files.ts';
import { ownLabels } from './labels.ts';

let imagesMade = 0;

/**
 * Makes an image of a docker build's userland with what is shown in it, or, without one, of nothing but the lab's own files, and
 * returns its name. It is this process's alone, and gone with it or with the next sweep.
 *
 * @throws {LabError} when the engine does not take it
 */
export async function makeImage(docker: Docker, build: DockerBuild | undefined, fetching: Fetching): Promise<string> {
  const name = `dockerd-leak-lab/${ownOwner().replaceAll('.', '-')}:${++imagesMade}`;
  const doing = `making an image of ${build ? `docker ${build.name}` : "the lab's own files"}`;
  const members: Member[] = [
    ...(build ? [{ source: build.userland.root, target: '/' }, ...build.mounts] : []),
    ...(await fetchLabFiles(fetching)),
  ];
  const changes = Object.entries(ownLabels()).map(([label, value]) => `LABEL ${label}=${JSON.stringify(value)}`);
  let said = '';
  try {
    const [repo, tag] = name.split(':');
    const answer = await docker.importImage(Readable.from(archiveOf(members)), { repo, tag, changes });
    for await (const chunk of answer) said += String(chunk);
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw failed(doing, messageOf(error), error);
  }
  // The engine answers 200 and says in the stream what went wrong.
  if (/"errorDetail"/.test(said) || !/sha256:/.test(said)) throw failed(doing, said.trim());
  return name;
}

function failed(doing: string, happened: string, cause?: unknown): LabError {
  return new LabError(
    {
      doing,
      expected: 'the engine imports a tar archive',
      happened,
      hint: 'look whether the engine has space left, and whether this user may read the cache',
    },
    { cause },
  );
}
