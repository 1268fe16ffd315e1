/** The processes at the other end of the connections to a daemon's socket. */
export interface Peers {
  /** Process → its connections. */
  byProcess: Map<number, number>;
  /** Connections whose client has closed its end, and which the daemon keeps. */
  gone: number;
  /** Connections to a socket that no visible process has. */
  unseen: number;
}

/** A line of `ss -xp`: the local end, its socket's number, the peer's, and the process. */
interface Row {
  path: string;
  inode: string;
  peer: string;
  pid: number | undefined;
}

/**
 * Reads the output of `ss -xp`, with the column State or (`state established`) without it, with its head line or without.
 * The daemon's end has the path of a `docker.sock` and the number of its peer's socket; the peer's end has that number and its process.
 */
export function readPeers(ss: string): Peers {
  const rows = ss.split('\n').flatMap((line) => rowOf(line) ?? []);
  const owners = new Map(rows.flatMap(({ inode, pid }) => (pid === undefined ? [] : [[inode, pid] as const])));
  const peers: Peers = { byProcess: new Map(), gone: 0, unseen: 0 };
  for (const { path, peer } of rows) {
    if (!path.endsWith('/docker.sock')) continue;
    const pid = owners.get(peer);
    if (peer === '0') peers.gone += 1;
    else if (pid === undefined) peers.unseen += 1;
    else peers.byProcess.set(pid, (peers.byProcess.get(pid) ?? 0) + 1);
  }
  return peers;
}

/** Undefined for a head line and for sockets that are not connected. */
function rowOf(line: string): Row | undefined {
  const [netid = '', ...words] = line.trim().split(/\s+/);
  if (!netid.startsWith('u_')) return undefined;
  const state = /^\d+$/.test(words[0] ?? '') ? undefined : words.shift();
  if (state !== undefined && state !== 'ESTAB') return undefined;
  const [, , path = '', inode = '', , peer = '', ...rest] = words;
  const pid = /pid=(\d+)/.exec(rest.join(' '))?.[1];
  return { path, inode, peer, pid: pid === undefined ? undefined : Number(pid) };
}
