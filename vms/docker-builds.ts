/** A docker that a Debian suite has. */
export interface DebianDocker {
  /** The level of the factor `daemon`. */
  name: string;
  /** What dockerd has to say about its version; undefined where it changes from day to day. */
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

const upTo113 = 'https://get.docker.com/builds/Linux/x86_64';
const since1703 = 'https://download.docker.com/linux/static/stable/x86_64';

/**
 * Static builds by version, oldest first. Each digest stands in at least two public places: Dockerfiles of the time,
 * the tables of kops and of the docker cookbook.
 */
export const staticDockers: readonly StaticDocker[] = [
  {
    name: '1.12.6',
    base: upTo113,
    file: 'docker-1.12.6.tgz',
    sha256: 'cadc6025c841e034506703a06cf54204e51d0cadfae4bae62628ac648d82efdd',
    megabytes: 100,
  },
  {
    name: '1.13.1',
    base: upTo113,
    file: 'docker-1.13.1.tgz',
    sha256: '97892375e756fd29a304bd8cd9ffb256c2e7c8fd759e12a55a6336e15100ad75',
    megabytes: 100,
  },
  {
    name: '17.03.2',
    base: since1703,
    file: 'docker-17.03.2-ce.tgz',
    sha256: '183b31b001e7480f3c691080486401aa519101a5cfe6e05ad01b9f5521c4112d',
    megabytes: 100,
  },
  {
    name: '17.06.2',
    base: since1703,
    file: 'docker-17.06.2-ce.tgz',
    sha256: 'a15f62533e773c40029a61784a5a1c5bc7dd21e0beb5402fda109f80e1f2994d',
    megabytes: 100,
  },
  {
    name: '17.09.0',
    base: since1703,
    file: 'docker-17.09.0-ce.tgz',
    sha256: 'a9e90a73c3cdfbf238f148e1ec0eaff5eb181f92f35bdd938fd7dab18e1c4647',
    megabytes: 100,
  },
  {
    name: '17.12.1',
    base: since1703,
    file: 'docker-17.12.1-ce.tgz',
    sha256: '1270dce1bd7e1838d62ae21d2505d87f16efc1d9074645571daaefdfd0c14054',
    megabytes: 100,
  },
  {
    name: '18.03.1',
    base: since1703,
    file: 'docker-18.03.1-ce.tgz',
    sha256: '0e245c42de8a21799ab11179a4fce43b494ce173a8a2d6567ea6825d6c5265aa',
    megabytes: 100,
  },
  {
    name: '18.06.3',
    base: since1703,
    file: 'docker-18.06.3-ce.tgz',
    sha256: '346f9394393ee8db5f8bd1e229ee9d90e5b36931bdd754308b2ae68884dd6822',
    megabytes: 100,
  },
  {
    name: '18.09.9',
    base: since1703,
    file: 'docker-18.09.9.tgz',
    sha256: '82a362af7689038c51573e0fd0554da8703f0d06f4dfe95dd5bda5acf0ae45fb',
    megabytes: 100,
  },
  {
    name: '19.03.8',
    base: since1703,
    file: 'docker-19.03.8.tgz',
    sha256: '7f4115dc6a3c19c917f8b9664d7b51c904def1c984e082c4600097433323cf6f',
    megabytes: 100,
  },
];

/** Every name that the catalogue knows, oldest docker first. */
export const dockerNames: readonly string[] = [...staticDockers, ...debianDockers].map(({ name }) => name);

/** The address of a static build: the publisher's, or below the user's `DOCKERD_LEAK_LAB_STATIC_MIRROR`. */
export function addressOf({ base, file }: StaticDocker): string {
  return `${(process.env['DOCKERD_LEAK_LAB_STATIC_MIRROR'] || base).replace(/\/+$/, '')}/${file}`;
}
