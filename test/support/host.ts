import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execaSync } from 'execa';
import { readCgroupLayout } from '../../harness/machines/local/cgroup-layout.ts';

/** A cgroup that a process and all its descendants stay in, unless they join a cell's. */
export interface Marked extends Disposable {
  /** Moves a process into it. */
  join(pid: number): void;
  /** Every living process that began in it: those in it, and those in the cells of the harness `pid`. */
  descendants(pid: number): string[];
}

/** Marks processes by a cgroup of the first hierarchy: nothing else that runs on the host is ever counted. */
export async function markProcesses(name: string): Promise<Marked> {
  const { hierarchies, version } = await readCgroupLayout();
  const hierarchy = hierarchies.find(({ controllers }) => version === 2 || controllers === 'pids') ?? hierarchies[0];
  const directory = path.join(hierarchy?.mountPoint ?? '', name);
  mkdirSync(directory, { recursive: true });
  return {
    join: (pid) => writeFileSync(path.join(directory, 'cgroup.procs'), `${pid}`),
    descendants(pid) {
      const ours = new RegExp(`/${name}$|/dockerd-leak-lab/[^/]*\\.${pid}\\.\\d+/`, 'm');
      const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
      return pids.filter((other) => ours.test(readOrEmpty(`/proc/${other}/cgroup`))).flatMap(describeProcess);
    },
    [Symbol.dispose]: () => rmdirSync(directory),
  };
}

/** Other things that a dead run could leave on the host: only those that could be the lab's. */
export function readHost(userland: string): string[] {
  const rules = execaSync('chroot', [userland, '/usr/sbin/xtables-nft-multi', 'iptables', '-S'], {
    reject: false,
  }).stdout;
  return [
    ...matching('mount', readOrEmpty('/proc/self/mountinfo'), / nsfs |dockerd-leak-lab|\/docker\/| lab /),
    ...matching('interface', readOrEmpty('/proc/net/dev').replaceAll(/:.*/g, ''), /docker|veth|br-/),
    ...matching('socket', readOrEmpty('/proc/net/unix'), /\/run\/lab\/|docker\.sock/),
    ...matching('iptables rule', rules, /DOCKER|172\.17\./),
  ];
}

function matching(what: string, text: string, pattern: RegExp): string[] {
  return text
    .split('\n')
    .filter((line) => pattern.test(line))
    .map((line) => `${what}: ${line.trim()}`);
}

/** A zombie whose parent is about to look is not left over. */
function describeProcess(pid: string): string[] {
  const state = /^State:\s+(\S)/m.exec(readOrEmpty(`/proc/${pid}/status`))?.[1];
  if (state === undefined || state === 'Z') return [];
  return [`process: ${pid} ${readOrEmpty(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()}`];
}

/** Processes end while they are looked at. */
function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
