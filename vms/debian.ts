/** A Debian package and what it is needed for. */
export interface Package {
  name: string;
  why: string;
}

/** Packages of one suite that are obtained together. */
export interface PackageList {
  /** For progress, e.g. `bookworm`. */
  name: string;
  /** For people, e.g. `the userland bookworm`. */
  what: string;
  suite: string;
  /** Without dependencies: those are apt's to find. */
  packages: readonly Package[];
}

/** What a userland is made of. Data: how it is obtained is the business of `obtain/userland.ts`. */
export interface UserlandRecipe {
  /** Key of the catalogue, and the name of the entry in the cache. */
  name: string;
  suite: string;
  /** Without dependencies: those are apt's to find. */
  packages: readonly Package[];
  /** Whether it has a docker build of its own. */
  docker: boolean;
  /** Free space that making it takes, lists and archives included, rounded up from what was measured (2026-11-22). */
  megabytes: number;
}

/** What every cell runs, whichever docker it is about. */
const cellTools: readonly Package[] = [
  { name: 'busybox-static', why: 'shell, applets and a linker-free program for the containers themselves' },
  { name: 'iproute2', why: 'the cell brings its loopback up; networks are looked at with it' },
  { name: 'iptables', why: 'dockerd programs its bridge through it' },
  { name: 'util-linux', why: 'unshare and nsenter with --propagation, which the ones of busybox lack' },
  { name: 'mount', why: 'mount and umount that know propagation flags' },
];

const docker: Package = { name: 'docker.io', why: 'the subject; brings containerd, runc and tini' };

/** What dynamically linked builds of docker 1.12 to 28 ask for. Checked against the dependencies of docker-ce's rpms and debs. */
const buildLibraries: readonly Package[] = [
  { name: 'libdevmapper1.02.1', why: 'storage driver devicemapper, up to 24' },
  { name: 'libltdl7', why: 'PKCS#11 in notary, docker-ce 17.06 to 18.06' },
  { name: 'libseccomp2', why: 'runc' },
  { name: 'libsystemd0', why: 'log driver journald, socket activation' },
  { name: 'libapparmor1', why: 'runc of Debian and Ubuntu before 1.0' },
  { name: 'libselinux1', why: 'builds of Red Hat before the pure Go library' },
  { name: 'libsqlite3-0', why: 'the names of links, docker up to 1.13' },
  { name: 'libbtrfs0', why: 'storage driver btrfs where it was linked against the library' },
  { name: 'libudev1', why: 'libdevmapper' },
  { name: 'zlib1g', why: 'libsystemd and the docker of some distributions' },
  { name: 'xz-utils', why: 'dockerd unpacks xz images with the program' },
];

/** What every maintainer's machine has beside a docker: what stand-alone reproducers need, with the shell that is `sh` there. */
const maintainerTools: readonly Package[] = [
  { name: 'dash', why: 'sh' },
  { name: 'coreutils', why: 'the usual programs' },
  { name: 'findutils', why: 'find' },
  { name: 'grep', why: 'grep' },
  { name: 'sed', why: 'sed' },
  { name: 'curl', why: 'asks the Engine API by its unix socket' },
];

function ofMaintainer(suite: string): UserlandRecipe {
  const packages = [docker, ...cellTools, ...maintainerTools];
  return { name: `maintainer-${suite}`, suite, packages, docker: true, megabytes: 700 };
}

function withDocker(name: string, suite: string, megabytes: number): UserlandRecipe {
  return { name, suite, packages: [docker, ...cellTools], docker: true, megabytes };
}

/** Every userland that can be obtained, by name. */
export const userlandRecipes: readonly UserlandRecipe[] = [
  withDocker('bullseye', 'bullseye', 600),
  withDocker('bookworm', 'bookworm', 650),
  withDocker('trixie', 'trixie', 550),
  withDocker('sid', 'sid', 550),
  ofMaintainer('bookworm'),
  ofMaintainer('trixie'),
  { name: 'tools', suite: 'bookworm', packages: [...cellTools, ...buildLibraries], docker: false, megabytes: 250 },
  {
    name: 'clients',
    suite: 'bookworm',
    packages: [
      { name: 'python3-docker', why: 'the docker SDK for Python, and Python to hold real clients with' },
      { name: 'docker.io', why: 'the docker CLI of 20.10' },
      { name: 'busybox-static', why: 'a static program, as every userland has' },
    ],
    docker: false,
    megabytes: 700,
  },
];

/** Names under which a mirror offers a release. A row of apt's sources that has one of them is a Debian mirror. */
export const debianReleases: readonly string[] = [
  'stretch buster bullseye bookworm trixie forky duke sid',
  'oldoldstable oldstable stable testing unstable',
].flatMap((line) => line.split(' '));
