import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../core/errors.ts';
import type { Fetching } from '../../vms/build.ts';
import { registryAddress, type ImageOrigin } from '../../vms/docker-origins.ts';
import { unpackTar } from './packages/unpack-tar.ts';
import { download } from './download.ts';
import { pin } from './pin.ts';
import { findImage } from './registry.ts';

/** Where the images of docker-library have the static binaries of a release, all of them. */
const folder = 'usr/local/bin';

/** Megabytes of a layer: those of 28 have 80. */
const mostMegabytes = 200;

/**
 * Puts the static binaries of `docker:VERSION-dind` into a directory, over the registry's HTTP API and without any engine.
 *
 * @returns the image by its digest
 * @throws {UnreachableError} when the registry does not give it
 * @throws {LabError} when it is another image than it was, or has no docker in it
 */
export async function unpackImageBuild(
  { repository, tag, digest }: ImageOrigin,
  directory: string,
  fetching: Fetching,
): Promise<{ source: string; sha256: string }> {
  const base = registryAddress();
  const what = `docker:${tag}`;
  const image = await findImage(base, repository, digest ?? tag, fetching);
  let found = 0;
  for (const { address, sha256, bytes } of image.layers) {
    if (bytes > mostMegabytes * 1e6) continue;
    const file = join(fetching.cache, 'downloads', `${sha256}.part`);
    await download({ what, address, sha256, megabytes: mostMegabytes, file, headers: image.headers }, fetching);
    const content = { file, bytes: (await stat(file)).size };
    const wanted = (path: string) => path.startsWith(`${folder}/`) && !path.includes('/.wh.');
    found += await unpackTar({ source: what, content }, { target: directory, wanted, signal: fetching.signal });
    await rm(file, { force: true });
  }
  if (found === 0) {
    throw new LabError({
      doing: `taking the binaries out of ${what}`,
      expected: `the directory ${folder} in one of its layers`,
      happened: `${image.layers.length} layers have none`,
      hint: 'bring the docker as --daemon DIR or --daemon FILE.tgz',
    });
  }
  // Only now: what is no docker image must not be taken for the image from then on.
  await pin(`${base}/${repository}:${tag}`, image.digest, fetching);
  return { source: `${what}@${image.digest}`, sha256: image.digest.slice('sha256:'.length) };
}
