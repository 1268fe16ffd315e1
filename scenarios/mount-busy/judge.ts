import { compareVersions } from '../../harness/core/version.ts';
import type { Cell } from '../../harness/core/cell.ts';
import { checkOf } from '../../harness/judge/check.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';
import { codeValue } from '../../harness/judge/value.ts';
import { expectedStarts, expectedStartsFact, noneStarted, startsCheck, startsFact } from '../common/judge-starts.ts';
import type { MountBusyObservations } from './observations.ts';
import { level } from './factors.ts';

/** The outcome of `docker rm`. */
type Fate = 'removed' | 'busy' | 'refused';

/** Judges a cell of mount-busy by its observations alone. */
export function judgeMountBusy(cell: Cell, _version: string, seen: MountBusyObservations): Judgement {
  const { copied, removal, state, left, storageDriver, starts } = seen;
  const fate = fateOf(seen);
  const isHeld = level(cell, 'holder') !== 'none';
  // With `slave` the container's mounts are in the daemon's namespace alone, from which no other namespace is copied.
  const isCopied = isHeld && level(cell, 'mountFlags') === 'unset';
  const starting =
    starts && expectedStarts(level(cell, 'containerd'), level(cell, 'systemd'), level(cell, 'mountFlags'));
  const isRefused = starting?.starts === 'not-started';
  const kernel = detaches(seen);
  const { expected, reason, reference } = { ...expectationOf(kernel, isCopied), ...(isRefused && starting) };
  return {
    observed: [
      ...(starts && noneStarted(starts) ? [startsFact(starts)] : []),
      { what: 'docker-rm', value: codeValue(fate) },
    ],
    ...(expected && {
      expected: [
        ...(starts && isRefused ? [expectedStartsFact(starts, 'not-started')] : []),
        { what: 'docker-rm', value: codeValue(expected) },
      ],
    }),
    reason,
    reference,
    checks: [
      ...(starts ? [startsCheck(starts, starting?.starts)] : []),
      checkOf('docker-rm', codeValue(fate), expected && codeValue(expected), [
        removal.message || `status ${removal.status}`,
      ]),
      checkOf(
        'mounts-copied',
        { kind: 'presence', present: copied.length > 0 },
        { kind: 'presence', present: isCopied },
        copied,
      ),
      checkOf(
        'container-gone',
        { kind: 'flag', is: state === undefined },
        expected && { kind: 'flag', is: expected === 'removed' },
        [state ?? 'no such container'],
      ),
    ],
    figures: [
      `kernel ${seen.release}, fs.may_detach_mounts ${seen.mayDetachMounts ?? 'not there'}, ${storageDriver}`,
      ...copied.map(
        (point) => `in the other namespace: ${point}${left.includes(point) ? '' : ', gone when it was removed'}`,
      ),
      ...(removal.message ? [`docker rm: ${removal.message}`] : []),
    ],
    bug: fate === 'busy' ? 'present' : fate === 'removed' ? 'absent' : 'unknown',
  };
}

function fateOf({ removal }: MountBusyObservations): Fate {
  if (removal.status < 300) return 'removed';
  return /device or resource busy/i.test(removal.message) ? 'busy' : 'refused';
}

/** Whether a kernel allows the removal of a directory that is a mount point in another namespace; undefined where this has not been measured. */
function detaches({ release, mayDetachMounts }: MountBusyObservations): boolean | undefined {
  if (mayDetachMounts !== undefined) return mayDetachMounts === '1';
  const version = /^\d+\.\d+/.exec(release)?.[0] ?? '0';
  // Linux commit 8ed936b5671b is in 3.18; reports name 3.15, which has not been measured here.
  if (compareVersions(version, '3.18') >= 0) return true;
  return compareVersions(version, '3.15') < 0 ? false : undefined;
}

function expectationOf(
  kernel: boolean | undefined,
  isCopied: boolean,
): { expected?: Fate; reason: string; reference: string } {
  if (!isCopied) {
    return {
      expected: 'removed',
      reason: 'no other namespace has the container’s mounts: nothing is busy (control)',
      reference: 'measured on 5.10, 6.1 and 6.18',
    };
  }
  if (kernel === undefined) return { reason: 'kernels 3.15 to 3.17 have not been measured', reference: 'none' };
  return kernel
    ? {
        expected: 'removed',
        reason:
          'the kernel detaches the mount from the other namespace when its directory is removed (since 3.18; RHEL 7.4 by a switch)',
        reference: 'Linux commit 8ed936b5671b; moby PR 34863; measured on 5.10, 6.1 and 6.18',
      }
    : {
        expected: 'busy',
        reason:
          'the directory is a mount point in another namespace, and before 3.18 such a directory cannot be removed',
        reference: 'moby issues 35873 and 22260; not measured here: no such kernel was in reach',
      };
}
