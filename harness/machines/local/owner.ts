import { lstat } from 'node:fs/promises';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * The name under which this process labels its objects in the kernel: boot, PID namespace, pid and
 * start time. Together they name one process for ever, so that a later start can tell what is left of a dead one.
 */
export function ownOwner(): string {
  return `${bootId()}.${pidNamespace()}.${process.pid}.${startTime(process.pid) ?? '0'}`;
}

/** `unknown` when the process belongs to another PID namespace of this boot: it cannot be seen from here. */
export function ownerState(owner: string): 'alive' | 'dead' | 'unknown' | 'not-ours' {
  const parts = /^([0-9a-f]{8})\.(\d+)\.(\d+)\.(\d+)$/.exec(owner);
  if (!parts) return 'not-ours';
  const [, boot, namespace, pid, started] = parts;
  if (boot !== bootId()) return 'dead';
  if (namespace !== pidNamespace()) return 'unknown';
  return startTime(Number(pid)) === started ? 'alive' : 'dead';
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
}

function pidNamespace(): string {
  return readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '');
}

/** Field 22 of `/proc/PID/stat`, in clock ticks since boot; undefined when there is no such process. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses and may hold anything, spaces and parentheses too.
    return stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .at(19);
  } catch {
    return undefined;
  }
}

/** Whether this user may remove a path. Remains of another user's dead run are removed by that user's next run, or by root. */
export async function mayRemove(path: string): Promise<boolean> {
  const user = process.geteuid?.();
  if (user === 0) return true;
  const facts = await lstat(path).catch(() => undefined);
  return facts?.uid === user;
}
