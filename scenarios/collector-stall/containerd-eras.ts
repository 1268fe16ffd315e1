import { compareVersions, isBetweenReleases } from '../../harness/core/version.ts';
import type { ContainerdFate } from '../../harness/evidence/containerd-fate.ts';

/** The reaction of dockers from a version on, and its source; `undefined`: not known yet. */
interface Era {
  from: string;
  fate: ContainerdFate | undefined;
  reason: string;
  reference: string;
}

/** Newest first. */
const eras: readonly Era[] = [
  { from: '29', fate: undefined, reason: 'no docker from 29 on has been measured yet', reference: 'none' },
  {
    from: '18.09',
    fate: 'waited-for',
    reason: 'dockerd logs that its containerd does not respond, and waits for it as long as the process is alive',
    reference: 'measured on 18.09.0, 20.10.5, 20.10.24, 26.1.5 and 28.5.2',
  },
  { from: '17.10', fate: undefined, reason: 'no docker from 17.10 to 18.06 has been measured yet', reference: 'none' },
  {
    from: '1.13',
    fate: 'replaced',
    reason:
      'dockerd asks its containerd for its health, kills it at the third failure in a row (3 s each), and starts another: ' +
      'the calls that waited are answered then',
    reference: 'moby 1.13.1 libcontainerd/remote_unix.go; measured on 1.13.1, 17.03.2, 17.06.2, 17.07.0 and 17.09.0',
  },
  {
    from: '1.12',
    fate: 'waited-for',
    reason: 'dockerd does not ask its containerd for its health',
    reference: 'measured on 1.12.6',
  },
];

/** The era of a docker version; undefined before 1.12. A development build has an era in which nothing is known. */
export function containerdEraOf(version: string): Era | undefined {
  if (isBetweenReleases(version)) {
    return { from: version, fate: undefined, reason: `${version} is the version of many commits`, reference: 'none' };
  }
  return eras.find(({ from }) => compareVersions(version, from) >= 0);
}
