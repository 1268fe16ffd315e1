import { NotApplicableError, messageOf } from '../core/errors.ts';
import { limitWords } from '../core/limits.ts';
import type { DockerBuild } from '../../vms/build.ts';
import type { MachineDescription } from '../machine/contract.ts';
import { isBefore } from '../core/version.ts';

/** Why this docker cannot run on such a machine, known before trying; undefined when nothing is known. */
export function machineLimit(
  { version, origin }: Pick<DockerBuild, 'version' | 'origin'>,
  { cgroupVersion }: MachineDescription,
): string | undefined {
  // The replica counts with either version.
  if (origin.kind === 'replica') return undefined;
  if (cgroupVersion === 2 && isBefore(version, '20.10')) {
    return `dockerd ${version} needs cgroup v1, and ${limitWords('no-cgroup-1')}; boot with systemd.unified_cgroup_hierarchy=0, or use another host`;
  }
  return undefined;
}

/**
 * Recognises a failure that is the machine's and not the subject's: without CAP_SYS_RESOURCE the containerd of docker
 * 18.09 refuses every start of a container.
 */
export function machineLimitOf(error: unknown, { limits }: MachineDescription): NotApplicableError | undefined {
  const message = messageOf(error);
  if (!limits.includes('no-oom-scores') || !/failed to set OOM Score on shim/i.test(message)) return undefined;
  return new NotApplicableError(
    {
      doing: 'starting a container',
      expected: 'containerd may set the OOM score of its shim',
      happened: `${limitWords('no-oom-scores')}, and this containerd refuses to start a container without it`,
      evidence: message,
      hint: 'run the lab where root has CAP_SYS_RESOURCE',
    },
    { cause: error },
  );
}
