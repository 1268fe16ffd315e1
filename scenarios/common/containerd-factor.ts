import { isBefore } from '../../harness/core/version.ts';

/**
 * Whose process containerd is. `managed`: a child of dockerd, which dockerd without `--containerd` starts. `unit`: a unit of its own in the mount
 * namespace of the host, which is what docker's packages have since 18.09.
 */
export const containerdFactor = {
  name: 'containerd',
  levels: ['managed', 'unit'],
  // One more cell for each of the others: a matter of --only containerd=managed,unit and of the nights.
  defaults: ['managed'],
  unrecorded: 'managed',
} as const;

export type ContainerdLevel = (typeof containerdFactor)['levels'][number];

/** The first docker whose packages have a containerd.service; before it, docker-containerd is dockerd's child (docker's release notes of 18.09). */
const unitsFrom = '18.09';

/** Why a docker cannot have a containerd with a unit of its own; undefined when it can. */
export function withoutContainerdUnit(containerd: ContainerdLevel, version: string): string | undefined {
  if (containerd === 'managed' || !isBefore(version, unitsFrom)) return undefined;
  return `before docker ${unitsFrom} containerd is docker-containerd, a child of dockerd: it has no unit of its own`;
}
