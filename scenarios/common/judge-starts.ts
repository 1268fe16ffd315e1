import { hasStarted, type ContainerStart } from '../../harness/evidence/container-starts.ts';
import { losesMounts, type MountFlags } from '../../harness/core/mount-flags.ts';
import { checkOf, type Check, type Fact } from '../../harness/judge/check.ts';
import { allValue, codeValue, tallyValue, type Value } from '../../harness/judge/value.ts';
import type { ContainerdLevel } from './containerd-factor.ts';

/** What a cell expects of the starts of its containers. */
export interface StartsExpectation {
  starts: 'started' | 'not-started';
  reason: string;
  reference: string;
}

const reference = 'moby issues 38174 and 38191; measured on 20.10.24, 26.1.5 and 28.5.2';

/**
 * Whether containers start: a containerd with a unit of its own is in the mount namespace of the host, where the root of a
 * container is not mounted when the dockerd that mounts it has another one.
 */
export function expectedStarts(containerd: ContainerdLevel, systemd: string, flags: MountFlags): StartsExpectation {
  if (containerd === 'managed') {
    return { starts: 'started', reason: 'containerd is a child of dockerd, and in its mount namespace', reference };
  }
  return losesMounts(systemd, flags)
    ? {
        starts: 'not-started',
        reason:
          `containerd has a unit of its own, in the mount namespace of the host, and MountFlags ${flags} cuts off what dockerd mounts: ` +
          'runc finds the root of the container empty, before a restart as after it',
        reference,
      }
    : {
        starts: 'started',
        reason: `with MountFlags ${flags} what dockerd mounts is in the host's mount namespace too, where containerd is`,
        reference,
      };
}

/** Whether a daemon has started none of the containers that it was asked for. */
export function noneStarted(starts: readonly ContainerStart[] | undefined): boolean {
  return starts !== undefined && starts.length > 0 && !starts.some(hasStarted);
}

/** The starts in the line of a cell. */
export function startsFact(starts: readonly ContainerStart[]): Fact {
  return { what: 'container-starts', value: startsValue(starts) };
}

/** The starts that are expected, in the line of a cell. */
export function expectedStartsFact(starts: readonly ContainerStart[], expected: StartsExpectation['starts']): Fact {
  return { what: 'container-starts', value: allValue(starts.length, expected) };
}

/** The check of the starts, with the daemon's words for each that it refused. */
export function startsCheck(
  starts: readonly ContainerStart[],
  expected: StartsExpectation['starts'] | undefined,
): Check {
  return checkOf(
    'container-starts',
    startsValue(starts),
    expected && allValue(starts.length, expected),
    starts.map(requestLine),
  );
}

/** The check of one start, where others are judged apart. */
export function nextStartCheck(start: ContainerStart, expected: StartsExpectation['starts']): Check {
  return checkOf('next-start', codeValue(startCode(start)), codeValue(expected), [requestLine(start)]);
}

/** That start in the line of a cell. */
export function nextStartFact(starts: StartsExpectation['starts']): Fact {
  return { what: 'next-start', value: codeValue(starts) };
}

/** The outcome of a request to start a container. */
export function startCode(start: ContainerStart): StartsExpectation['starts'] {
  return hasStarted(start) ? 'started' : 'not-started';
}

function requestLine({ container, daemonStart, request, status, message }: ContainerStart): string {
  return `start ${daemonStart} of dockerd: POST /containers/${container}/${request ?? 'start'} → ${status} ${message}`.trim();
}

function startsValue(starts: readonly ContainerStart[]): Value {
  return tallyValue(starts.map(startCode));
}
