import { cpuUses } from './cpu-use.ts';
import { crossChecks } from './cross-checks.ts';
import { goroutineGroups } from './goroutine-groups.ts';
import { heapProfiles } from './heap-profiles.ts';
import { logRates } from './log-rates.ts';
import { optional, type Observed } from './members.ts';
import { profileFiles } from './profile-files.ts';
import { readingCosts } from './reading-costs.ts';

/** Where heap and goroutines of a daemon come from. */
export const profileMembers = { heap: heapProfiles, goroutines: goroutineGroups, files: profileFiles };
export type Profiles = Observed<typeof profileMembers>;

/** Facts about a daemon beside its series: shown with the verdict, and never deciding. */
export const daemonNotes = {
  /** Absent for a replica, which has no Go runtime. */
  profiles: optional(profileMembers),
  cpu: cpuUses,
  log: logRates,
  info: crossChecks,
  costs: readingCosts,
};
export type Notes = Observed<typeof daemonNotes>;
