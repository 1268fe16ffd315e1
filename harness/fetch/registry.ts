import { createHash } from 'node:crypto';
import { z } from 'zod';
import { LabError } from '../core/errors.ts';
import type { Fetching } from '../../vms/build.ts';
import { fetchBounded, UnreachableError } from './download.ts';

/** Media types of manifests that are read (docker's image manifest V2, schema 2, and OCI's image specification 1.0). */
const manifestTypes = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
];

/** Bytes of a manifest or token: both have a few KB. */
const mostBytes = 4 << 20;

const descriptor = z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/), size: z.int().nonnegative() });
const manifest = z.object({ layers: z.array(descriptor) });
const index = z.object({
  manifests: z.array(descriptor.extend({ platform: z.object({ os: z.string(), architecture: z.string() }) })),
});
const token = z.union([z.object({ token: z.string() }), z.object({ access_token: z.string() })]);

/** A layer of an image: a compressed tar archive. */
interface Layer {
  address: string;
  /** In hex. */
  sha256: string;
  bytes: number;
}

/** The layers of an image, lowest first, and what is needed to download them. */
export interface RemoteImage {
  /** `sha256:…` of the manifest that the tag or digest names. */
  digest: string;
  layers: Layer[];
  headers: Record<string, string>;
}

/**
 * Asks a registry for an image (the OCI distribution specification 1.0), anonymously: of several platforms that of linux on amd64.
 *
 * @param base address of the registry
 * @param reference a tag, or `sha256:…`
 * @throws {UnreachableError} when the registry does not give it
 * @throws {LabError} when what it gives is no manifest, or has another digest than it was asked for
 */
export async function findImage(
  base: string,
  repository: string,
  reference: string,
  fetching: Fetching,
): Promise<RemoteImage> {
  const address = `${base}/v2/${repository}/manifests`;
  const accept = { Accept: manifestTypes.join(', ') };
  const first = await fetchBounded(`${address}/${reference}`, accept, mostBytes, fetching);
  const authorization = first.status === 401 ? await authorize(first.challenge, repository, fetching) : {};
  const headers = { ...accept, ...authorization };
  const read = async (one: string) => {
    const { status, body } = await fetchBounded(`${address}/${one}`, headers, mostBytes, fetching);
    if (status !== 200) throw new UnreachableError(`the registry answers ${status} for ${repository}:${one}`);
    const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
    if (one.startsWith('sha256:') && one !== digest)
      throw notManifest(`${address}/${one}`, `it has the digest ${digest}`);
    return { digest, content: jsonOf(body, `${address}/${one}`) };
  };
  const named = await read(reference);
  const several = index.safeParse(named.content);
  const own = several.data?.manifests.find(
    ({ platform }) => platform.os === 'linux' && platform.architecture === 'amd64',
  );
  if (several.success && !own) throw notManifest(address, 'it has no image for linux on amd64');
  const parsed = manifest.safeParse(own ? (await read(own.digest)).content : named.content);
  if (!parsed.success) throw notManifest(`${address}/${reference}`, 'it has no list of layers');
  const layers = parsed.data.layers.map(({ digest, size }) => ({
    address: `${base}/v2/${repository}/blobs/${digest}`,
    sha256: digest.slice('sha256:'.length),
    bytes: size,
  }));
  return { digest: named.digest, layers, headers: authorization };
}

/** A token for anonymous pulls, as the challenge of a registry says (the token authentication of docker's distribution). */
async function authorize(challenge: string, repository: string, fetching: Fetching): Promise<Record<string, string>> {
  const parameters = new Map(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
  );
  const realm = parameters.get('realm');
  if (!/^bearer /i.test(challenge) || realm === undefined || !URL.canParse(realm)) {
    throw new UnreachableError(`the registry wants another authentication: ${challenge.slice(0, 200)}`);
  }
  const address = new URL(realm);
  const service = parameters.get('service');
  if (service !== undefined) address.searchParams.set('service', service);
  address.searchParams.set('scope', `repository:${repository}:pull`);
  const { status, body } = await fetchBounded(address.href, {}, mostBytes, fetching);
  if (status !== 200) throw new UnreachableError(`the registry's token server answers ${status}`);
  const given = token.safeParse(jsonOf(body, realm));
  if (!given.success) throw new UnreachableError("the registry's token server gives no token");
  return { Authorization: `Bearer ${'token' in given.data ? given.data.token : given.data.access_token}` };
}

function jsonOf(body: Buffer, address: string): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw notManifest(address, `it begins with ${JSON.stringify(body.toString('latin1', 0, 40))}`, error);
  }
}

function notManifest(address: string, happened: string, cause?: unknown): LabError {
  return new LabError(
    {
      doing: `asking the registry for ${address}`,
      expected: 'the manifest of an image, or of one for each platform',
      happened,
      hint: 'a proxy may have altered the answer; bring the docker as --daemon DIR or --daemon FILE.tgz',
    },
    { cause },
  );
}
