/** A Debian package and its purpose. */
export interface Package {
  name: string;
  why: string;
}

/** Packages of one suite that are downloaded together. */
export interface PackageList {
  /** For progress, e.g. `bookworm`. */
  name: string;
  /** For people, e.g. `the userland bookworm`. */
  what: string;
  suite: string;
  /** Without dependencies: those are apt's to find. */
  packages: readonly Package[];
}

/** Whether all packages of a list are present, by name; an entry of the cache may be older than the catalogue. */
export function hasAll(
  versions: Readonly<Record<string, string>>,
  { packages }: Pick<PackageList, 'packages'>,
): boolean {
  return packages.every(({ name }) => name in versions);
}

/** The contents of a userland. Data only: `harness/fetch/userland.ts` makes it. */
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

/** The packages of every cell, with any docker. */
const cellTools: readonly Package[] = [
  { name: 'busybox-static', why: 'shell, applets and a linker-free program for the containers themselves' },
  { name: 'iproute2', why: 'the cell brings its loopback up; networks are looked at with it' },
  { name: 'iptables', why: 'dockerd programs its bridge through it' },
  { name: 'util-linux', why: 'unshare and nsenter with --propagation, which the ones of busybox lack' },
  { name: 'mount', why: 'mount and umount that know propagation flags' },
];

const docker: Package = { name: 'docker.io', why: 'the subject; brings containerd, runc and tini' };

/** The libraries and programs that dynamically linked builds of docker 1.12 to 28 need. Checked against the dependencies of docker-ce's rpms and debs. */
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

/** The tools on every maintainer's machine beside a docker: those that stand-alone reproducers need, with the shell that is `sh` there. */
const maintainerTools: readonly Package[] = [
  { name: 'dash', why: 'sh' },
  { name: 'coreutils', why: 'the usual programs' },
  { name: 'findutils', why: 'find' },
  { name: 'grep', why: 'grep' },
  { name: 'sed', why: 'sed' },
  { name: 'curl', why: 'asks the Engine API by its unix socket' },
];

/** The packages that run vagrant with its provider libvirt, as far as tests need it; QEMU emulates the CPU. */
const boxTools: readonly Package[] = [
  { name: 'vagrant', why: 'makes the boxes of the Vagrantfile' },
  { name: 'vagrant-libvirt', why: 'its provider that needs no program of a vendor' },
  { name: 'libvirt-daemon-system', why: 'libvirtd, virtlogd and their settings' },
  { name: 'libvirt-daemon-driver-qemu', why: 'what libvirtd starts boxes with' },
  { name: 'qemu-system-x86', why: 'what boxes run in' },
  { name: 'qemu-utils', why: 'qemu-img makes the disks of boxes' },
  { name: 'dnsmasq-base', why: 'gives boxes their addresses' },
  { name: 'openssh-client', why: 'vagrant and the lab talk to boxes by it' },
  { name: 'shellcheck', why: 'reads every shell script of this project' },
  { name: 'coreutils', why: 'the usual programs' },
  { name: 'bash', why: 'scripts of Debian' },
  { name: 'tar', why: 'vagrant unpacks boxes' },
  { name: 'gzip', why: 'vagrant unpacks boxes' },
];

/** The packages of a small box of Debian: systemd, a docker, and ssh. */
const boxSystem: readonly Package[] = [
  { name: 'systemd-sysv', why: 'init; it applies MountFlags itself' },
  { name: 'udev', why: 'brings up the devices that systemd waits for' },
  { name: 'dbus', why: 'some of systemctl goes by it' },
  { name: 'kmod', why: 'modprobe, for dockerd' },
  { name: 'openssh-server', why: 'vagrant comes in by it' },
  { name: 'sudo', why: 'vagrant becomes root by it' },
  { name: 'bash', why: 'the shell that vagrant runs scripts with' },
  { name: 'dash', why: 'sh' },
  { name: 'coreutils', why: 'the usual programs' },
  { name: 'tar', why: 'files come in by it' },
  { name: 'grep', why: 'grep' },
  { name: 'sed', why: 'sed' },
  { name: 'procps', why: 'ps' },
  { name: 'grub2-common', why: 'update-grub, with which boot parameters are set' },
  { name: 'grub-pc-bin', why: 'the boot loader itself, for a BIOS' },
];

/** Red Hat's way of packages, from Debian: yum's successor, and what makes and signs packages. */
const rpmTools: readonly Package[] = [
  { name: 'dnf', why: 'stands in for yum, whose commands it takes' },
  { name: 'rpm', why: 'rpm, rpmbuild, rpmsign' },
  { name: 'createrepo-c', why: 'makes a repository of packages' },
  { name: 'gnupg', why: 'signs packages' },
  { name: 'curl', why: 'provisioning scripts look for repositories with it' },
  { name: 'coreutils', why: 'the usual programs' },
  { name: 'dash', why: 'sh' },
  { name: 'grep', why: 'grep' },
  { name: 'sed', why: 'sed' },
  { name: 'tar', why: 'tar' },
  { name: 'gzip', why: 'gzip' },
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
  { name: 'boxes', suite: 'bookworm', packages: [...cellTools, ...boxTools], docker: false, megabytes: 900 },
  { name: 'box', suite: 'bookworm', packages: [docker, ...cellTools, ...boxSystem], docker: true, megabytes: 700 },
  { name: 'rpm', suite: 'bookworm', packages: [...cellTools, ...rpmTools], docker: false, megabytes: 700 },
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
