import { attachLeak } from './attach.ts';
import { dyingCgroups, kmemSlab } from './kernel.ts';
import { deviceBusy, fileLimit } from './limits.ts';
import { lostNamespaces } from './lost-namespaces.ts';
import { duplicateAddresses, partialRestore, unseenMounts } from './network.ts';
import type { Rule } from './rule.ts';
import { hangingStats, piledConnections, stalledCollector, zeroedStats } from './stats.ts';

/** Every known problem that hosts are looked at for. */
export const rules: readonly Rule[] = [
  lostNamespaces,
  hangingStats,
  zeroedStats,
  stalledCollector,
  attachLeak,
  piledConnections,
  duplicateAddresses,
  partialRestore,
  unseenMounts,
  kmemSlab,
  dyingCgroups,
  fileLimit,
  deviceBusy,
];
