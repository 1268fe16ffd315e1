import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { execaSync } from 'execa';

/** What a dead run could leave on the host. */
export interface HostState {
  processes: string[];
  mounts: string[];
  networkNamespaces: string[];
  interfaces: string[];
  sockets: string[];
  rules: string;
}

/** Reads it all. `userland` has the iptables of a cell, pointed at the host's own network namespace. */
export function readHost(userland: string): HostState {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return {
    processes: pids.flatMap(describeProcess),
    mounts: lines('/proc/self/mountinfo'),
    networkNamespaces: [...new Set(pids.flatMap((pid) => namespaceOf(pid)))],
    interfaces: lines('/proc/net/dev').map((line) => line.split(':')[0]?.trim() ?? ''),
    sockets: lines('/proc/net/unix').flatMap((line) => /\S*(docker|containerd|lab)\S*\.sock\S*$/.exec(line)?.[0] ?? []),
    rules: execaSync('chroot', [userland, '/usr/sbin/xtables-nft-multi', 'iptables', '-S'], { reject: false }).stdout,
  };
}

/** What `after` has and `before` had not, in words; empty when nothing is left. */
export function leftOver(before: HostState, after: HostState): string[] {
  const added = (what: string, old: string[], now: string[]) =>
    now.filter((one) => !old.includes(one)).map((one) => `${what}: ${one}`);
  return [
    ...added('process', before.processes, after.processes),
    ...added('mount', before.mounts, after.mounts),
    ...added('network namespace', before.networkNamespaces, after.networkNamespaces),
    ...added('interface', before.interfaces, after.interfaces),
    ...added('socket', before.sockets, after.sockets),
    ...(before.rules === after.rules ? [] : [`iptables rules: ${after.rules}`]),
  ];
}

/** Kernel threads have no command line and are not the lab's; nor are this process and its children. */
function describeProcess(pid: string): string[] {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    const state = /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return command === '' || state === 'Z' ? [] : [`${pid} ${command}`];
  } catch {
    return [];
  }
}

function namespaceOf(pid: string): string[] {
  try {
    return [readlinkSync(`/proc/${pid}/ns/net`)];
  } catch {
    return [];
  }
}

function lines(file: string): string[] {
  return readFileSync(file, 'utf8').trim().split('\n');
}
