import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { execa } from 'execa';
import { isThere, requireLinux, requireTools, type Requirement } from '../../core/requirement.ts';
import { parseCgroupLayout } from './cgroup-layout.ts';

/** Controllers without which some docker from 1.12 on does not start a container. */
const neededControllers = ['cpu', 'cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids'];

/** The requirements of a local cell on the host, each with the state found. Changes nothing. */
export async function localRequirements(): Promise<Requirement[]> {
  const linux = requireLinux();
  if (!linux.met) return [linux];
  const root: Requirement = {
    what: 'root',
    met: process.geteuid?.() === 0,
    found: `user ${os.userInfo().username}`,
    fix: 'run it as root (sudo), or in a virtual machine in which you are root',
  };
  return [
    linux,
    root,
    await cgroups(),
    await overlay(),
    await requireTools(
      ['sh', 'unshare', 'nsenter', 'mount', 'mkdir'],
      'install util-linux, mount and coreutils, and have /usr/sbin in PATH',
    ),
    ...(root.met ? [await namespaces()] : []),
  ];
}

async function cgroups(): Promise<Requirement> {
  const layout = parseCgroupLayout(await readFile('/proc/self/mountinfo', 'utf8'));
  const names = layout?.hierarchies.flatMap(({ controllers }) => controllers.split(',')) ?? [];
  const missing = layout?.version === 1 ? neededControllers.filter((name) => !names.includes(name)) : [];
  return {
    what: 'cgroups',
    met: layout !== undefined && missing.length === 0,
    found: layout
      ? `version ${layout.version}${missing.length > 0 ? ` without ${missing.join(', ')}` : ''}`
      : 'none mounted',
    fix: 'mount the cgroup file systems as systemd or cgroupfs-mount do',
  };
}

async function overlay(): Promise<Requirement> {
  const known = /\boverlay$/m.test(await readFile('/proc/filesystems', 'utf8'));
  return {
    what: 'overlay file system',
    // A module is loaded at the first mount.
    met: known || (await isThere(`/lib/modules/${os.release()}/kernel/fs/overlayfs`)),
    found: known ? 'in the kernel' : 'not loaded',
    fix: 'modprobe overlay',
  };
}

/** Namespaces can be forbidden by a seccomp filter or by limits though one is root, as in an ordinary container. */
async function namespaces(): Promise<Requirement> {
  const flags = ['--mount', '--pid', '--net', '--ipc', '--uts', '--cgroup', '--fork', '--kill-child=KILL'];
  const command = ['unshare', ...flags, 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp'];
  const [program = '', ...rest] = command;
  const { exitCode, stderr } = await execa(program, rest, { reject: false, timeout: 10_000 });
  return {
    what: 'namespaces and mounts',
    met: exitCode === 0,
    found: exitCode === 0 ? 'can be made' : `$ ${command.join(' ')}: ${stderr.trim() || `exit code ${exitCode}`}`,
    fix: 'in a container it has to be a privileged one',
  };
}
