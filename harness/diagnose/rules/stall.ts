import type { HostEvidence } from '../model/evidence.ts';

/** The state of a containerd that does not go on (proc(5)): stopped in any sample, or in the kernel in all; undefined otherwise. */
export function stalledState({ samples }: Pick<HostEvidence, 'samples'>): string | undefined {
  const states = samples.flatMap(({ containerd }) => containerd?.state ?? []);
  const stopped = states.find((state) => state === 'T' || state === 't');
  // Uninterruptible for a moment is ordinary; in every sample it is not.
  const stuck = states.length > 1 && states.every((state) => state === 'D') ? 'D' : undefined;
  return stopped ?? stuck;
}
