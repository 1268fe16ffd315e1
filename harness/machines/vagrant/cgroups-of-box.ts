import type { DockerBuild } from '../../../vms/build.ts';
import type { Box } from '../../../vms/boxes.ts';
import { isBefore } from '../../core/version.ts';
import { NotApplicableError } from '../../core/errors.ts';

/** Dockers before 20.10 know v1 alone; the others take what the box has. */
export function cgroupsOf(build: DockerBuild | undefined): 1 | undefined {
  return build && isBefore(build.version, '20.10') ? 1 : undefined;
}

/**
 * Boot parameters that make a box's systemd mount another cgroup hierarchy than it would by itself.
 *
 * @throws {NotApplicableError} for what its systemd does not support
 */
export function cgroupParameters({ name, distribution }: Box, wanted: 1 | 2 | undefined): string[] {
  const usual = distribution === 'debian' ? 2 : 1;
  if (wanted === undefined || wanted === usual) return [];
  if (distribution !== 'centos-7') return [`systemd.unified_cgroup_hierarchy=${wanted - 1}`];
  throw new NotApplicableError({
    doing: `making the box ${name} a cell's machine`,
    expected: `cgroup v${wanted}`,
    happened: 'its systemd 219 knows cgroup v1 alone',
    hint: 'take another box with --kernel',
  });
}
