import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';
import { execa } from 'execa';
import { z } from 'zod';
import type { DockerBuild, Fetching } from '../../../vms/build.ts';
import { fetchOnce } from '../../fetch/cache.ts';
import type { DindImage } from '../../../vms/dind-images.ts';
import { registryAddress } from '../../../vms/docker-origins.ts';
import { fetchBuild } from '../../fetch/build-entry.ts';
import { directoryBuild, inspectDirectory } from '../../fetch/directory.ts';
import { UnreachableError } from '../../fetch/download.ts';
import { cacheVersion } from '../../fetch/manifest.ts';
import { pin } from '../../fetch/pin.ts';
import { dieWithUs } from '../../fetch/programs/program.ts';
import { imageSource } from '../../fetch/static-build.ts';
import { LabError, messageOf, NotApplicableError } from '../../core/errors.ts';
import { findEngine } from './engine.ts';
import { ownLabels } from './labels.ts';
import { pointTestcontainers } from './testcontainers.ts';

const repository = 'docker';

/** Where these images have the static binaries of a release, all of them. */
const binaries = '/usr/local/bin';

/** Of the binaries, unpacked; those of 28 have 220 MB. */
const megabytes = 400;

const schema = z.strictObject({ version: z.literal(cacheVersion), reference: z.string(), digest: z.string() });

/**
 * The static binaries of `docker:VERSION-dind`, taken out of the image by the user's engine or, without one, out of its layers, and
 * kept in the cache. They run in the lab's userland, on any machine: the image's own root lacks what cells need, and is not what a
 * host has.
 *
 * @throws {NotApplicableError} when neither an engine nor a registry gives the image
 * @throws {LabError} when the image is another than it was, or has no docker in it
 */
export async function fetchDindBuild(image: DindImage, fetching: Fetching): Promise<DockerBuild> {
  const name = `dind:${image.version}`;
  const engine = await findEngine();
  if (!engine) return fromRegistry(name, image, fetching);
  const reference = `${repository}:${image.version}-dind`;
  const { directory, manifest } = await fetchOnce(
    {
      entry: `dind/${encodeURIComponent(image.version)}`,
      what: name,
      megabytes,
      schema,
      make: async (staging) => {
        const docker = await pointTestcontainers(engine.host);
        await using undo = new AsyncDisposableStack();
        const digest = await haveImage(docker, image, reference, undo, fetching);
        await pin(reference, digest, fetching);
        await unpack(docker, reference, path.join(staging, 'files'));
        return { version: cacheVersion, reference, digest };
      },
    },
    fetching,
  );
  const files = path.join(directory, 'files');
  const source = `${manifest.reference}@${manifest.digest}`;
  const inspected = await inspectDirectory(files, source, fetching);
  const origin = { kind: 'tarball', source, sha256: manifest.digest.replace(/^sha256:/, '') } as const;
  return directoryBuild(name, files, inspected, origin, fetching);
}

/** Without an engine: the layers, over the registry's HTTP API. */
async function fromRegistry(name: string, { version, digest }: DindImage, fetching: Fetching): Promise<DockerBuild> {
  const tag = `${version}-dind`;
  const image = { kind: 'image', repository: 'library/docker', tag, ...(digest !== undefined && { digest }) } as const;
  try {
    return await fetchBuild(imageSource(`${version}-image`, image)(fetching), name, fetching);
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    throw new NotApplicableError(
      {
        doing: `fetching ${name}`,
        expected: `an image docker:${tag}, from an engine or from ${registryAddress()}`,
        happened: `there is no engine, and ${messageOf(error)}`,
        hint: 'start docker, or set DOCKER_HOST; or bring the static tarball as --daemon FILE.tgz',
      },
      { cause: error },
    );
  }
}

/** Sees to it that the engine has the image under its name, and returns its digest. One that was pulled for this is removed. */
async function haveImage(
  docker: Docker,
  { digest, version }: DindImage,
  reference: string,
  undo: AsyncDisposableStack,
  { progress }: Fetching,
): Promise<string> {
  const image = docker.getImage(reference);
  const inspect = () => image.inspect().catch(() => undefined);
  if (!(await inspect())) {
    progress({ what: `dind:${version}: pulling ${reference}` });
    try {
      await finished(docker, await docker.pull(digest ? `${repository}@${digest}` : reference));
      if (digest) await docker.getImage(`${repository}@${digest}`).tag({ repo: repository, tag: `${version}-dind` });
    } catch (error) {
      throw new NotApplicableError(
        {
          doing: `fetching dind:${version}`,
          expected: `the engine pulls ${reference}${digest ? ` with the digest ${digest}` : ''}`,
          happened: messageOf(error),
          hint: 'see whether the engine reaches its registry; or bring the static tarball as --daemon FILE.tgz',
        },
        { cause: error },
      );
    }
    undo.defer(() => image.remove({ force: true }));
  }
  const { Id, RepoDigests } = await image.inspect();
  const digests = (RepoDigests ?? []).map((one) => one.replace(/^.*@/, ''));
  if (digest !== undefined && digests.length > 0 && !digests.includes(digest)) {
    throw new LabError({
      doing: `fetching dind:${version}`,
      expected: `${reference} has the digest ${digest}`,
      happened: `the engine has one with ${digests.join(', ')}`,
      hint: `docker image rm ${reference} makes the lab pull the documented one`,
    });
  }
  // One that was built or loaded here has no digest of a registry.
  return digest !== undefined && digests.includes(digest) ? digest : (digests[0] ?? Id);
}

function finished(docker: Docker, stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
  });
}

/** Through a container that never runs. */
async function unpack(docker: Docker, reference: string, target: string): Promise<void> {
  const container = await docker.createContainer({
    Image: reference,
    Labels: ownLabels(),
    NetworkDisabled: true,
    Cmd: ['true'],
  });
  try {
    await mkdir(target);
    const [wrapper, ...words] = dieWithUs;
    const tar = execa(
      wrapper,
      [...words, 'tar', '--extract', '--no-same-owner', '--strip-components=1', `--directory=${target}`],
      {
        stdout: 'ignore',
      },
    );
    await Promise.all([pipeline(await container.getArchive({ path: binaries }), tar.stdin), tar]);
  } catch (error) {
    throw new LabError(
      {
        doing: `taking the binaries out of ${reference}`,
        expected: `the directory ${binaries} of the image`,
        happened: messageOf(error),
        hint: 'take another version of it, or bring the binaries with --daemon DIR',
      },
      { cause: error },
    );
  } finally {
    await container.remove({ force: true, v: true });
  }
}
