import type { Origin } from '../../vms/build.ts';

/** Where a build came from, for people. */
export function fromOf(origin: Origin): string {
  if (origin.kind === 'debian') return `Debian ${origin.suite}, ${origin.package} ${origin.version}`;
  return origin.kind === 'replica' ? `a replica of the lab, sources ${origin.sha256.slice(0, 12)}…` : origin.source;
}
