import { containerd } from '../../../harness/probes/containerd.ts';
import { containerdRuntime, containerdRuntimeAsItIs } from '../../../harness/probes/containerd-runtime.ts';
import type { Probe } from '../../../harness/probes/probe.ts';
import { shims } from '../../../harness/probes/shims.ts';

/** The probes of containerd and the shims, in the order of a reading: collections come first, as Go closes descriptors then that nothing refers to. */
export const runtimeProbes: readonly Probe[] = [containerdRuntime, containerd, shims];

/** The same without a collection of containerd's garbage. */
export const runtimeProbesAsItIs: readonly Probe[] = [containerdRuntimeAsItIs, containerd, shims];

/** Those that read a containerd that is stopped: the kernel answers for it, and its debug socket does not. */
export const runtimeProbesOfStopped: readonly Probe[] = [containerd, shims];
