import type {
  CallerFacts,
  Callers,
  ContainerProcess,
  DaemonMounts,
  DockerFacts,
  NamespaceFile,
} from '../model/evidence.ts';
import { linesOf } from '../text/lines.ts';

/** Reads `version 1.13.1, build 092cba3`. */
export function parseVersion(file: string, text: string): string {
  const [line] = linesOf(file, text);
  return /^version ([^\s,]+),/.exec(text)?.[1] ?? line?.fail('version VERSION, build COMMIT') ?? '';
}

/** Reads `systemctl show`: a line for each property; those without a value are left out. */
export function parseUnit(file: string, text: string): Record<string, string> {
  return Object.fromEntries(
    linesOf(file, text)
      .map(({ text: line, fail }) => {
        const at = line.indexOf('=');
        return at > 0 ? ([line.slice(0, at), line.slice(at + 1)] as const) : fail('PROPERTY=VALUE');
      })
      .filter(([, value]) => value !== ''),
  );
}

/** Reads `FILE:KEY=VALUE` of unit files. */
export function parseUnitFiles(file: string, text: string): NonNullable<DockerFacts['unitFiles']> {
  return linesOf(file, text).map(({ text: line, fail }) => {
    const [, from, key, value] = /^(\/[^:]*):\s*(\w+)=(.*)$/.exec(line) ?? [];
    if (from === undefined || key === undefined || value === undefined) return fail('FILE:KEY=VALUE');
    return { file: from, key, value: value.trim() };
  });
}

/** Reads `"key": value`, one in a line, as the collector takes them from daemon.json and from `/info`. */
export function parseJsonKeys(file: string, text: string): Record<string, string | number | boolean> {
  const entries = linesOf(file, text).map(({ text: line, fail }) => {
    const [, key, value] = /^\s*"([\w-]+)"\s*:\s*(.*)$/.exec(line) ?? [];
    const scalar = value === undefined ? undefined : scalarOf(value);
    return key === undefined || scalar === undefined
      ? fail('"KEY": a string, a number, true or false')
      : ([key, scalar] as const);
  });
  // Docker's /info has Debug twice, of the client and of the daemon: the first is the daemon's.
  return Object.fromEntries(entries.toReversed());
}

function scalarOf(text: string): string | number | boolean | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the lines of `/proc/PID/mountinfo` (proc(5)) of the root and of network namespaces, and two namespaces' names. */
export function parseMounts(file: string, text: string): DaemonMounts {
  const lines = linesOf(file, text);
  const namespace = (whose: string) => lines.find(({ words }) => words[0] === whose)?.words[1];
  const roots = lines.filter(({ words }) => words[4] === '/');
  // Mounted last, seen first.
  const fields = roots.at(-1)?.words.slice(6) ?? [];
  const optional = fields.slice(0, Math.max(fields.indexOf('-'), 0));
  const [own, init] = [namespace('daemon'), namespace('init')];
  if (own === undefined || init === undefined) lines[0]?.fail('the mount namespaces of daemon and init');
  return {
    ownNamespace: own !== init,
    shared: optional.some((field) => field.startsWith('shared:')),
    slave: optional.some((field) => field.startsWith('master:')),
    namespaces: lines.flatMap(({ words }) => {
      const inode = /^\/?net:\[(\d+)\]$/.exec(words[3] ?? '')?.[1];
      return inode === undefined ? [] : [Number(inode)];
    }),
  };
}

/** Reads `magic HEX PATH` and `inode N PATH` of stat(1). */
export function parseNamespaceFiles(file: string, text: string): NamespaceFile[] {
  const found = new Map<string, { magic?: string; inode?: number }>();
  for (const {
    words: [what, value = '', path],
    integer,
    fail,
  } of linesOf(file, text)) {
    if (what === 'none') return [];
    if (path === undefined) return fail('magic or inode, a value, a path');
    const known = found.get(path) ?? {};
    found.set(
      path,
      what === 'magic' ? { ...known, magic: value } : { ...known, inode: integer(value, 'an inode number') },
    );
  }
  return [...found].map(([path, { magic = '', inode = 0 }]) => ({ path, magic, inode }));
}

/** Reads flags of dockerd, one in a line. */
export function parseFlags(file: string, text: string): string[] {
  return linesOf(file, text).map(({ text: line, fail }) => (/^--?\w/.test(line) ? line : fail('a flag of dockerd')));
}

/** Reads ids of containers, one in a line. */
export function parseShims(file: string, text: string): Set<string> {
  return new Set(
    linesOf(file, text).map(({ words: [id = ''], fail }) =>
      /^[0-9a-f]{64}$/.test(id) ? id : fail('the id of a container'),
    ),
  );
}

/** Reads `host INODE` and `container ID PID INODE docker|other`. */
export function parseContainers(
  file: string,
  text: string,
  shims: ReadonlySet<string>,
): { containers: ContainerProcess[]; hostNetns?: number } {
  const containers: ContainerProcess[] = [];
  let hostNetns: number | undefined;
  for (const {
    words: [what, ...rest],
    integer,
    fail,
  } of linesOf(file, text)) {
    if (what === 'host') hostNetns = integer(rest[0], 'host and an inode number');
    else if (what === 'container') {
      const [id = '', pid, netns, kind] = rest;
      const docker = kind === 'docker' || shims.has(id);
      containers.push({ id, pid: integer(pid, 'a process'), netns: integer(netns, 'an inode number'), docker });
    } else fail('host or container');
  }
  return { containers, ...(hostNetns !== undefined && { hostNetns }) };
}

/** Reads `PID ADDRESS`. */
export function parseAddresses(
  file: string,
  text: string,
  containers: readonly ContainerProcess[],
): NonNullable<DockerFacts['addresses']> {
  const netnsOf = new Map(containers.map(({ pid, netns }) => [pid, netns]));
  return linesOf(file, text).flatMap(({ words: [pid, address], integer, fail }) => {
    const netns = netnsOf.get(integer(pid, 'a process and an address'));
    if (address === undefined) return fail('a process and an address');
    return netns === undefined ? [] : { netns, address };
  });
}

/** The description of a caller's process by the collector. */
type CallerProcess = Omit<CallerFacts, 'pid' | 'connections'> & { start?: number };

/** Reads a row of tabs for each process: pid, user, start in clock ticks, command, container, its name, unit. */
export function parseCallerProcesses(file: string, text: string): Map<number, CallerProcess> {
  return new Map(
    linesOf(file, text).map(({ text: line, integer }) => {
      const [pid, user, start, command = '', id = '', name = '', unit = ''] = line.split('\t');
      const of: CallerProcess = {
        ...(command !== '' && { command }),
        ...(user !== undefined && user !== '' && { user: integer(user, 'a user') }),
        ...(start !== undefined && start !== '' && { start: integer(start, 'clock ticks') }),
        ...(id !== '' && { container: { id, ...(name !== '' && { name }) } }),
        ...(unit !== '' && { unit }),
      };
      return [integer(pid, 'a process'), of] as const;
    }),
  );
}

/** Reads `gone N`, `unseen N` and `peer PID N`. */
export function parsePeers(file: string, text: string): { byPid: Map<number, number>; gone: number; unseen: number } {
  const read = { byPid: new Map<number, number>(), gone: 0, unseen: 0 };
  for (const {
    words: [what, first, second],
    integer,
    fail,
  } of linesOf(file, text)) {
    if (what === 'gone') read.gone = integer(first, 'gone and a number');
    else if (what === 'unseen') read.unseen = integer(first, 'unseen and a number');
    else if (what === 'peer') read.byPid.set(integer(first, 'a process'), integer(second, 'connections'));
    else fail('gone, unseen or peer');
  }
  return read;
}

/**
 * Reads the connections of other network namespaces: `namespace INODE CONNECTIONS`, then `process INODE PID SOCKETS`. The kernel lists
 * no process there; the one with most sockets is taken for the caller.
 */
export function parseElsewhere(file: string, text: string): Map<number, number> {
  const connections = new Map<string, number>();
  const most = new Map<string, { pid: number; sockets: number }>();
  for (const {
    words: [what, netns = '', first, second],
    integer,
    fail,
  } of linesOf(file, text)) {
    if (what === 'namespace') connections.set(netns, integer(first, 'connections'));
    else if (what === 'process') {
      const [pid, sockets] = [integer(first, 'a process'), integer(second, 'sockets')];
      if (sockets > (most.get(netns)?.sockets ?? -1)) most.set(netns, { pid, sockets });
    } else fail('namespace or process');
  }
  return new Map(
    [...connections].flatMap(([netns, count]) => {
      const of = most.get(netns);
      return of ? [[of.pid, count] as const] : [];
    }),
  );
}

/** Joins the connections with the processes that have them, most first. */
export function callersOf(
  { byPid, gone, unseen }: ReturnType<typeof parsePeers>,
  elsewhere: ReadonlyMap<number, number>,
  processes: ReadonlyMap<number, CallerProcess>,
  uptime: number,
  ticks: number,
): Callers {
  const callers = [...byPid, ...elsewhere].map(([pid, connections]): CallerFacts => {
    const { start, ...process } = processes.get(pid) ?? {};
    const age = start === undefined ? undefined : Math.max(0, uptime - start / ticks);
    return { pid, connections, ...process, ...(age !== undefined && { age }) };
  });
  return { callers: callers.toSorted((a, b) => b.connections - a.connections), gone, unseen };
}
