/** Packages of one suite that are downloaded together. */
export interface PackageList {
  /** For progress, e.g. `bookworm`. */
  name: string;
  /** For people, e.g. `the userland bookworm`. */
  what: string;
  suite: string;
  /** Without dependencies: those are apt's to find. */
  packages: readonly string[];
}

/** Whether all packages of a list are present, by name; an entry of the cache may be older than the catalogue. */
export function hasAll(
  versions: Readonly<Record<string, string>>,
  { packages }: Pick<PackageList, 'packages'>,
): boolean {
  return packages.every((name) => name in versions);
}

/** The contents of a userland. Data only: `harness/fetch/userland.ts` makes it. */
export interface UserlandRecipe {
  /** Key of the catalogue, and the name of the entry in the cache. */
  name: string;
  suite: string;
  /** Without dependencies: those are apt's to find. */
  packages: readonly string[];
  /** Whether it has a docker build of its own. */
  docker: boolean;
  /** Free space that making it takes, lists and archives included, rounded up from what was measured (2026-11-22). */
  megabytes: number;
}

/** The packages of every cell, with any docker. */
const cellTools: readonly string[] = [
  // Shell, applets and a linker-free program for the containers themselves.
  'busybox-static',
  // The cell brings its loopback up; networks are looked at with it.
  'iproute2',
  // dockerd programs its bridge through it.
  'iptables',
  // unshare and nsenter with --propagation, which the ones of busybox lack.
  'util-linux',
  // mount and umount that know propagation flags.
  'mount',
];

/** The subject; it brings containerd, runc and tini. */
const docker = 'docker.io';

/** The libraries and programs that dynamically linked builds of docker 1.12 to 28 need. Checked against the dependencies of docker-ce's rpms and debs. */
const buildLibraries: readonly string[] = [
  // Storage driver devicemapper, up to 24.
  'libdevmapper1.02.1',
  // PKCS#11 in notary, docker-ce 17.06 to 18.06.
  'libltdl7',
  'libseccomp2',
  // Log driver journald, socket activation.
  'libsystemd0',
  // runc of Debian and Ubuntu before 1.0.
  'libapparmor1',
  // Builds of Red Hat before the pure Go library.
  'libselinux1',
  // The names of links, docker up to 1.13.
  'libsqlite3-0',
  // Storage driver btrfs where it was linked against the library.
  'libbtrfs0',
  'libudev1',
  // libsystemd and the docker of some distributions.
  'zlib1g',
  // dockerd unpacks xz images with the program.
  'xz-utils',
];

/** The tools on every maintainer's machine beside a docker: those that stand-alone reproducers need, with the shell that is `sh` there. */
const maintainerTools: readonly string[] = [
  'dash',
  // The usual programs.
  'coreutils',
  'findutils',
  'grep',
  'sed',
  // Asks the Engine API by its unix socket.
  'curl',
];

/** The packages that run vagrant with its provider libvirt, as far as tests need it; QEMU emulates the CPU. */
const boxTools: readonly string[] = [
  // Makes the boxes of the Vagrantfile.
  'vagrant',
  // Its provider that needs no program of a vendor.
  'vagrant-libvirt',
  // libvirtd, virtlogd and their settings.
  'libvirt-daemon-system',
  // What libvirtd starts boxes with.
  'libvirt-daemon-driver-qemu',
  // What boxes run in.
  'qemu-system-x86',
  // qemu-img makes the disks of boxes.
  'qemu-utils',
  // Gives boxes their addresses.
  'dnsmasq-base',
  // vagrant and the lab talk to boxes by it.
  'openssh-client',
  // Reads every shell script of this project.
  'shellcheck',
  // The usual programs.
  'coreutils',
  // Scripts of Debian.
  'bash',
  // vagrant unpacks boxes.
  'tar',
  // vagrant unpacks boxes.
  'gzip',
];

/** The packages of a small box of Debian: systemd, a docker, and ssh. */
const boxSystem: readonly string[] = [
  // Init; it applies MountFlags itself.
  'systemd-sysv',
  // Brings up the devices that systemd waits for.
  'udev',
  // Some of systemctl goes by it.
  'dbus',
  // modprobe, for dockerd.
  'kmod',
  // vagrant comes in by it.
  'openssh-server',
  // vagrant becomes root by it.
  'sudo',
  // The shell that vagrant runs scripts with.
  'bash',
  'dash',
  // The usual programs.
  'coreutils',
  // Files come in by it.
  'tar',
  'grep',
  'sed',
  'procps',
  // update-grub, with which boot parameters are set.
  'grub2-common',
  // The boot loader itself, for a BIOS.
  'grub-pc-bin',
];

/** Red Hat's way of packages, from Debian: yum's successor, and what makes and signs packages. */
const rpmTools: readonly string[] = [
  // Stands in for yum, whose commands it takes.
  'dnf',
  // Rpm, rpmbuild, rpmsign.
  'rpm',
  // Makes a repository of packages.
  'createrepo-c',
  // Signs packages.
  'gnupg',
  // Provisioning scripts look for repositories with it.
  'curl',
  // The usual programs.
  'coreutils',
  'dash',
  'grep',
  'sed',
  // Tar.
  'tar',
  // Gzip.
  'gzip',
];

function ofMaintainer(suite: string): UserlandRecipe {
  const packages = [docker, ...cellTools, ...maintainerTools];
  return { name: `maintainer-${suite}`, suite, packages, docker: true, megabytes: 700 };
}

function withDocker(name: string, suite: string, megabytes: number): UserlandRecipe {
  return { name, suite, packages: [docker, ...cellTools], docker: true, megabytes };
}

/** Every available userland, by name. */
export const userlandRecipes: readonly UserlandRecipe[] = [
  withDocker('bullseye', 'bullseye', 600),
  withDocker('bookworm', 'bookworm', 650),
  withDocker('trixie', 'trixie', 550),
  withDocker('sid', 'sid', 550),
  ofMaintainer('bookworm'),
  ofMaintainer('trixie'),
  ofMaintainer('sid'),
  { name: 'boxes', suite: 'bookworm', packages: [...cellTools, ...boxTools], docker: false, megabytes: 900 },
  { name: 'box', suite: 'bookworm', packages: [docker, ...cellTools, ...boxSystem], docker: true, megabytes: 700 },
  { name: 'rpm', suite: 'bookworm', packages: [...cellTools, ...rpmTools], docker: false, megabytes: 700 },
  { name: 'tools', suite: 'bookworm', packages: [...cellTools, ...buildLibraries], docker: false, megabytes: 250 },
  {
    name: 'clients',
    suite: 'bookworm',
    packages: [
      // The docker SDK for Python, and Python to hold real clients with.
      'python3-docker',
      // The docker CLI of 20.10.
      'docker.io',
      // A static program, as every userland has.
      'busybox-static',
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
