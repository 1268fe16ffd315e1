import { LabError, NotApplicableError } from '../core/errors.ts';
import { isBefore } from '../core/version.ts';

/** Programs that dockerd starts, each with the names that will do. */
function companionsOf(version: string): readonly string[][] {
  // 18.09 took containerd and runc as they are; before, they were shipped under names of docker's own.
  if (isBefore(version, '18.09')) return [['docker-containerd'], ['docker-containerd-shim'], ['docker-runc']];
  // 20.10 runs containers by the runtime runc.v2, which the tarballs of 18.09 and 19.03 do not have and do not need.
  const shim = isBefore(version, '20.10') ? ['containerd-shim'] : ['containerd-shim-runc-v2'];
  return [['containerd'], shim, ['runc']];
}

/**
 * Makes sure that a build has all that its daemon starts.
 *
 * @throws {NotApplicableError} when it is too old for the lab
 * @throws {LabError} naming every program that is missing
 */
export function requireCompanions(version: string, names: readonly string[], source: string): void {
  const doing = `looking at the docker build ${source}`;
  if (isBefore(version, '1.12')) {
    throw new NotApplicableError({
      doing,
      expected: 'docker 1.12 or later',
      happened: `it is ${version}`,
      hint: 'bring a later one; live-restore, which the lab is about, came with 1.12',
    });
  }
  const missing = companionsOf(version)
    .filter((anyOf) => !anyOf.some((name) => names.includes(name)))
    .map((anyOf) => anyOf.join(' or '));
  if (missing.length === 0) return;
  throw new LabError({
    doing,
    expected: `the executables that dockerd ${version} starts, beside it`,
    happened: `missing: ${missing.join(', ')}`,
    hint: 'copy them, from the same release, into the directory of dockerd',
  });
}
