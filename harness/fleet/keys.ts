import { createHash } from 'node:crypto';
import type { LabIdentity, Needs } from './records.ts';

/** Prefix of every key of a fleet: an ACL allows these alone (`~leaklab:*`). */
export const prefix = 'leaklab';

/** The keys of a fleet beside those of its queues. */
export const keys = {
  host: (name: string) => `${prefix}:host:${name}`,
  session: (id: string) => `${prefix}:session:${id}`,
  /** There as long as the coordinator of a session beats. */
  alive: (session: string) => `${prefix}:alive:${session}`,
  /** Set to ask a host to take no more cells. */
  drain: (host: string) => `${prefix}:drain:${host}`,
  /** Set to ask a coordinator to cancel its cells. */
  cancel: (session: string) => `${prefix}:cancel:${session}`,
  /** Hash: name of a queue → its record. */
  queues: `${prefix}:queues`,
  /** Set: names of hosts that were ever seen, so that nothing scans for keys. */
  hosts: `${prefix}:hosts`,
  /** Set: ids of sessions, as for hosts. */
  sessions: `${prefix}:sessions`,
} as const;

/** The name of the queue for cells of a session with these needs. */
export function queueName(session: string, needs: Needs): string {
  const { machine, memoryBytes, abilities, daemon, kernel } = needs;
  const all = JSON.stringify([session, machine, memoryBytes, abilities, daemon, kernel]);
  const words = [machine, ...abilities, daemon, kernel].filter((word) => word !== undefined);
  const readable = words
    .join('+')
    .replaceAll(/[^\w.+-]/g, '_')
    .slice(0, 80);
  return `${readable}@${createHash('sha256').update(all).digest('hex').slice(0, 12)}`;
}

/** Whether two labs run the same code. */
export function isSameLab(a: LabIdentity, b: LabIdentity): boolean {
  return a.version === b.version && a.revision === b.revision;
}

/** A lab for people: `0.1.0 at 1a2b3c4`. */
export function labWords({ version, revision }: LabIdentity): string {
  return `${version} at ${revision.slice(0, 7)}${revision.endsWith('+') ? '+' : ''}`;
}
