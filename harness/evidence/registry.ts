import { bootParameterClaim } from './boot-parameter-claim.ts';
import { bootParameterEffect } from './boot-parameter-effect.ts';
import { bundles } from './bundles.ts';
import { callCount } from './call-count.ts';
import { callers } from './callers.ts';
import { cgroupCount } from './cgroup-count.ts';
import { cgroupRoot } from './cgroup-root.ts';
import { cgroupSlabs } from './cgroup-slabs.ts';
import { cgroupVersion } from './cgroup-version.ts';
import { cgroupWorkload } from './cgroup-workload.ts';
import { clientReport } from './client-report.ts';
import { containerStarts } from './container-starts.ts';
import { containerState } from './container-state.ts';
import { containerdFate } from './containerd-fate.ts';
import { cpuUses } from './cpu-use.ts';
import { crossChecks } from './cross-checks.ts';
import { doseSeries } from './dose-series.ts';
import { duration } from './duration.ts';
import { execTally } from './exec-tally.ts';
import { giveBack } from './give-back.ts';
import { goroutineGroups } from './goroutine-groups.ts';
import { heapProfiles } from './heap-profiles.ts';
import { hostGateways } from './host-gateways.ts';
import { idleSeries } from './idle-series.ts';
import { ipv6Addresses } from './ipv6-addresses.ts';
import { kernelCommandLine } from './kernel-command-line.ts';
import { kernelLog } from './kernel-log.ts';
import { kernelRelease } from './kernel-release.ts';
import type { EvidenceKind } from './kind.ts';
import { kmemAccounting } from './kmem-accounting.ts';
import { kmemleakObjects } from './kmemleak-objects.ts';
import { logLines } from './log-lines.ts';
import { logRates } from './log-rates.ts';
import { mayDetachMounts } from './may-detach-mounts.ts';
import { mkdirRefusal } from './mkdir-refusal.ts';
import { mountPoints } from './mount-points.ts';
import { namelessConnections } from './nameless-connections.ts';
import { netnsFiles } from './netns-files.ts';
import { netnsState } from './netns-state.ts';
import { nextAddress } from './next-address.ts';
import { processId } from './process-id.ts';
import { profileFiles } from './profile-files.ts';
import { readingCosts } from './reading-costs.ts';
import { recoverySeries } from './recovery-series.ts';
import { refusals } from './refusals.ts';
import { remediedContainers } from './remedied-containers.ts';
import { removalAnswer } from './removal-answer.ts';
import { restoredContainers } from './restored-containers.ts';
import { runtimeVersions } from './runtime-versions.ts';
import { slabGrowth } from './slab-growth.ts';
import { soakRecord } from './soak-record.ts';
import { statsCall } from './stats-call.ts';
import { statsCalls } from './stats-calls.ts';
import { statsStreams } from './stats-streams.ts';
import { storageDriver } from './storage-driver.ts';
import { stuckCalls } from './stuck-calls.ts';
import { tickLimit } from './tick-limit.ts';
import { vethCount } from './veth-count.ts';

/** All kinds of evidence, by their codes. */
const registry = {
  'boot-parameter-claim': bootParameterClaim,
  'boot-parameter-effect': bootParameterEffect,
  bundles,
  'call-count': callCount,
  callers,
  'cgroup-count': cgroupCount,
  'cgroup-root': cgroupRoot,
  'cgroup-slabs': cgroupSlabs,
  'cgroup-version': cgroupVersion,
  'cgroup-workload': cgroupWorkload,
  'client-report': clientReport,
  'container-starts': containerStarts,
  'container-state': containerState,
  'containerd-fate': containerdFate,
  'cpu-use': cpuUses,
  'cross-checks': crossChecks,
  'dose-series': doseSeries,
  duration,
  'exec-tally': execTally,
  'give-back': giveBack,
  'goroutine-groups': goroutineGroups,
  'heap-profiles': heapProfiles,
  'host-gateways': hostGateways,
  'idle-series': idleSeries,
  'ipv6-addresses': ipv6Addresses,
  'kernel-command-line': kernelCommandLine,
  'kernel-log': kernelLog,
  'kernel-release': kernelRelease,
  'kmem-accounting': kmemAccounting,
  'kmemleak-objects': kmemleakObjects,
  'log-lines': logLines,
  'log-rates': logRates,
  'may-detach-mounts': mayDetachMounts,
  'mkdir-refusal': mkdirRefusal,
  'mount-points': mountPoints,
  'nameless-connections': namelessConnections,
  'netns-files': netnsFiles,
  'netns-state': netnsState,
  'next-address': nextAddress,
  'process-id': processId,
  'profile-files': profileFiles,
  'reading-costs': readingCosts,
  'recovery-series': recoverySeries,
  refusals,
  'remedied-containers': remediedContainers,
  'removal-answer': removalAnswer,
  'restored-containers': restoredContainers,
  'runtime-versions': runtimeVersions,
  'slab-growth': slabGrowth,
  'soak-record': soakRecord,
  'stats-call': statsCall,
  'stats-calls': statsCalls,
  'stats-streams': statsStreams,
  'storage-driver': storageDriver,
  'stuck-calls': stuckCalls,
  'tick-limit': tickLimit,
  'veth-count': vethCount,
};

type Registry = typeof registry;

/** The code of a kind. */
export type KindName = keyof Registry;

type Values = {
  [Name in KindName]: Registry[Name] extends EvidenceKind<string, infer Value> ? Value : never;
};

/** The value of a kind. */
export type ValueOf<Name extends KindName> = Values[Name];

/** The kinds by their codes: a code that is not the one of its kind does not compile. */
export const evidenceKinds: { readonly [Name in KindName]: EvidenceKind<Name, ValueOf<Name>> } = registry;

/** Whether there is a kind of that code. */
export function isKindName(name: string): name is KindName {
  return Object.hasOwn(evidenceKinds, name);
}

/** One piece of evidence: the name of its member, its kind and its value. */
export type Evidence<Name extends KindName = KindName> = {
  [One in Name]: { member: string; kind: One; value: ValueOf<One> };
}[Name];

/** The values of all evidence of a kind, in their order. */
export function valuesOf<Name extends KindName>(evidence: readonly Evidence[], kind: Name): ValueOf<Name>[] {
  const isOfKind = (one: Evidence): one is Evidence & Evidence<Name> => one.kind === kind;
  return evidence.filter(isOfKind).map(({ value }) => value);
}
