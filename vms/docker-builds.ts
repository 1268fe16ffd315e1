import published from './static-dockers.json' with { type: 'json' };

/** A docker that a Debian suite has. */
export interface DebianDocker {
  /** The level of the factor `daemon`. */
  name: string;
  /** The version that dockerd has to report; undefined where it changes from day to day. */
  version?: string;
  /** Of the userland, and of the suite that it is made from. */
  userland: string;
}

/** A static build of docker.com, pinned by its digest. */
export interface StaticDocker {
  name: string;
  /** Where it was published. */
  base: string;
  file: string;
  /** Of the tarball, in hex. */
  sha256: string;
  /** Of the tarball: more than this is not it. */
  megabytes: number;
}

/** Dockers that Debian's mirrors have, seen there on 2026-11-22. */
export const debianDockers: readonly DebianDocker[] = [
  { name: '20.10.5', version: '20.10.5', userland: 'bullseye' },
  { name: '20.10.24', version: '20.10.24', userland: 'bookworm' },
  { name: '26.1.5', version: '26.1.5', userland: 'trixie' },
  { name: 'rolling', userland: 'sid' },
];

/**
 * Static builds by version, oldest first. Each digest stands in at least two public places: Dockerfiles of the time,
 * the tables of kops and of the docker cookbook. As JSON, as the Vagrantfile reads it, too.
 */
export const staticDockers: readonly StaticDocker[] = published;

/** Every name that the catalogue knows, oldest docker first. */
export const dockerNames: readonly string[] = [...staticDockers, ...debianDockers].map(({ name }) => name);

/** The address of a static build: the publisher's, or below the user's `DOCKERD_LEAK_LAB_STATIC_MIRROR`. */
export function addressOf({ base, file }: StaticDocker): string {
  return `${(process.env['DOCKERD_LEAK_LAB_STATIC_MIRROR'] || base).replace(/\/+$/, '')}/${file}`;
}
