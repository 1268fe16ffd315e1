import { lstat } from 'node:fs/promises';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isMainThread, threadId } from 'node:worker_threads';

/**
 * The name under which this process labels its objects in the kernel: boot, PID namespace, pid and
 * start time. Together they name one process for ever, so that a later start can tell what is left of a dead one.
 */
export function ownOwner(): string {
  return `${bootId()}.${pidNamespace()}.${process.pid}.${startTime(process.pid) ?? '0'}`;
}

/**
 * The name of the cgroup of a cell or guest below {@link ownOwner}, which no other one has: the threads of a process have counters of their own.
 *
 * @param number of those that this thread has made
 */
export function ownCgroup(kind: 'cell' | 'vm', number: number): string {
  return isMainThread ? `${kind}-${number}` : `${kind}-${threadId}-${number}`;
}

/** The first PID namespace of a boot (PROC_PID_INIT_INO in the kernel's proc_ns.h): processes of all others are seen from it. */
const initialNamespace = '4026531836';

/** `unknown` when the process belongs to another PID namespace of this boot, and cannot be seen from here. */
export function ownerState(owner: string): 'alive' | 'dead' | 'unknown' | 'not-ours' {
  const parts = /^([0-9a-f]{8})\.(\d+)\.(\d+)\.(\d+)$/.exec(owner);
  if (!parts) return 'not-ours';
  const [, boot, namespace, pid, started] = parts;
  if (boot !== bootId()) return 'dead';
  if (namespace === pidNamespace()) return startTime(Number(pid)) === started ? 'alive' : 'dead';
  if (pidNamespace() !== initialNamespace || process.geteuid?.() !== 0) return 'unknown';
  return isInNamespace(`pid:[${namespace}]`, pid, started) ? 'alive' : 'dead';
}

/** Whether a process with that pid in its own PID namespace is there. Only root may see the namespaces of all processes. */
function isInNamespace(namespace: string, pid: string | undefined, started: string | undefined): boolean {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      if (readlinkSync(`/proc/${name}/ns/pid`) !== namespace) return false;
      const [, own] = /^NSpid:.*\t(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, 'utf8')) ?? [];
      return own === pid && startTime(Number(name)) === started;
    } catch {
      // It has ended since the directory was read.
      return false;
    }
  });
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
