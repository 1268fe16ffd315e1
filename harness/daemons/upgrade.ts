import type { DockerBuild } from '../../vms/build.ts';
import { LabError } from '../core/errors.ts';
import type { Machine } from '../machine/contract.ts';

/** Where a machine shows the userland and the mounts of a companion build, read-only. */
const shownAt = '/opt/companion';

/** The root that {@link makeUpgradeRoot} makes. */
const upgradeRoot = '/opt/upgraded';

/** A build, and a second one beside it: both are in the machine, the second where only an upgrade looks for it. */
export function withCompanion(build: DockerBuild, companion: DockerBuild): DockerBuild {
  const shown = [companion.userland.root, ...companion.mounts.map(({ source }) => source)];
  return {
    ...build,
    mounts: [...build.mounts, ...shown.map((source, at) => ({ source, target: `${shownAt}-${at}` }))],
  };
}

/**
 * Makes a root directory in which the companion's dockerd runs over the running containers: its own userland, and the
 * machine's /run, /var/lib/docker, /proc, /sys, /dev and /tmp, so that it finds the state of the daemon before it, as
 * after an upgrade of packages. Propagation between the two is what the machine's root has.
 */
export async function makeUpgradeRoot(machine: Machine, companion: DockerBuild): Promise<string> {
  const shared = ['/proc', '/sys', '/dev', '/run', '/tmp', '/var/lib/docker'];
  const script = [
    `layers=/run/lab/upgrade`,
    `busybox mkdir -p $layers ${upgradeRoot}`,
    // On a tmpfs of their own: overlay refuses directories of another overlay for its upper layer.
    `busybox mount -t tmpfs -o size=64m,mode=755 upgrade $layers`,
    `busybox mkdir $layers/upper $layers/work`,
    `busybox mount -t overlay -o lowerdir=${shownAt}-0,upperdir=$layers/upper,workdir=$layers/work upgrade ${upgradeRoot}`,
    ...shared.map(
      (path) => `busybox mkdir -p ${upgradeRoot}${path} && busybox mount --rbind ${path} ${upgradeRoot}${path}`,
    ),
    ...companion.mounts.map(({ target }, at) => {
      const inside = `${upgradeRoot}${target}`;
      return `busybox mkdir -p ${inside} && busybox mount --bind ${shownAt}-${at + 1} ${inside}`;
    }),
    // As the machine itself has it: which tables the kernel takes.
    `for tool in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do`,
    `  busybox ln -sf "$(busybox readlink -f /usr/sbin/$tool)" ${upgradeRoot}/usr/sbin/$tool`,
    `done`,
  ].join('\n');
  const ran = await machine.run(['busybox', 'sh', '-ec', script]);
  if (ran.exitCode === 0) return upgradeRoot;
  throw new LabError({
    doing: `showing docker ${companion.version} to a machine that runs another one`,
    expected: 'a root directory for it',
    happened: `exit code ${ran.exitCode}`,
    evidence: ran.stderr,
    hint: 'the line above names what failed; another build to upgrade to may have it, or leave the remedy out with --not',
  });
}
