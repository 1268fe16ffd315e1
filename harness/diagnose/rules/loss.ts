import { netnsStateOf } from '../../evidence/netns-files.ts';
import type { Fact } from '../model/facts.ts';
import type { HostEvidence } from '../model/evidence.ts';
import { versionOf } from './rule.ts';

/** Containers of docker with a network namespace of their own, by what dockerd has of that. */
export interface Loss {
  lost: number;
  of: number;
}

/** Undefined when the evidence is missing. */
export function lossOf({ docker }: HostEvidence): Loss | undefined {
  const { containers, mounts, namespaceFiles, hostNetns } = docker;
  if (!containers || !mounts || hostNetns === undefined) return undefined;
  const own = new Set(
    containers
      .filter(({ docker: ofDocker, netns }) => ofDocker && netns !== 0 && netns !== hostNetns)
      .map(({ netns }) => netns),
  );
  const kept = new Set([
    ...mounts.namespaces,
    ...(namespaceFiles ?? []).filter(({ magic }) => netnsStateOf(magic) === 'nsfs').map(({ inode }) => inode),
  ]);
  return { lost: [...own].filter((netns) => !kept.has(netns)).length, of: own.size };
}

/** Files of namespaces that nothing is mounted on, as facts; some stay after containers that are gone. */
export function plainFiles({ docker }: HostEvidence): Extract<Fact, { fact: 'plain-namespace-file' }>[] {
  return (docker.namespaceFiles ?? [])
    .filter(({ magic }) => netnsStateOf(magic) !== 'nsfs')
    .map(({ path, magic }) => ({ fact: 'plain-namespace-file', path: `/${path}`, magic }));
}

/** How the mounts of dockerd reach the host. */
export function propagationOf({
  docker: { mounts },
}: HostEvidence): Extract<Fact, { fact: 'mount-propagation' }>['kind'] | undefined {
  if (!mounts) return undefined;
  if (!mounts.ownNamespace) return 'host';
  if (mounts.slave) return 'slave';
  return mounts.shared ? 'shared' : 'private';
}

/** Whether the restart of dockerd keeps containers: as it says, or as it is configured. */
export function liveRestoreOf({ docker, samples }: HostEvidence): boolean | undefined {
  const said = samples.map(({ info }) => info?.liveRestore).find((value) => value !== undefined);
  if (said !== undefined) return said;
  if (docker.flags?.some((flag) => flag === '--live-restore' || flag === '--live-restore=true')) return true;
  const configured = docker.daemonJson?.['live-restore'];
  if (typeof configured === 'boolean') return configured;
  // Off is the default of every docker.
  return docker.flags ? false : undefined;
}

/** `MountFlags` in the files of the unit, the last one: it is in effect after the next restart. */
export function configuredFlags({ docker }: HostEvidence): { value: string; file: string } | undefined {
  const { unitFiles = [], unit } = docker;
  const found = unitFiles.findLast(({ key }) => key === 'MountFlags');
  if (found) return found.value === '' ? undefined : { value: found.value, file: found.file };
  const known = unit?.['MountFlags'];
  // systemctl prints the flags as a number: MS_SLAVE is 1 << 19, MS_PRIVATE 1 << 18 (linux/mount.h).
  const word = { '524288': 'slave', '262144': 'private', slave: 'slave', private: 'private' }[known ?? ''];
  return word === undefined ? undefined : { value: word, file: unit?.['FragmentPath'] ?? 'docker.service' };
}

/** Facts about dockerd itself that several findings show. */
export function daemonFacts(evidence: HostEvidence): Fact[] {
  const version = versionOf(evidence);
  const kind = propagationOf(evidence);
  const live = liveRestoreOf(evidence);
  return [
    ...(version === undefined ? [] : [{ fact: 'docker-version', version } as const]),
    ...(kind === undefined ? [] : [{ fact: 'mount-propagation', kind } as const]),
    ...(live === undefined ? [] : [{ fact: 'live-restore', on: live } as const]),
  ];
}

/** Whether no dockerd runs on the host. */
export function hasNoDaemon({ info }: HostEvidence): boolean {
  return info.daemon === undefined;
}
