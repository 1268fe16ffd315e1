import test from 'ava';
import { describeProcess } from './callers.ts';
import { countConnections } from './connections.ts';
import { countByKind, fds } from './fds.ts';
import { containerOf } from './network-namespaces.ts';
import { readPeers } from './unix-peers.ts';

test('file descriptors by what they point at', (t) => {
  const listing = `total 0
lr-x------    1 0        0               64 Nov 22 07:23 0 -> /dev/null
lrwx------    1 0        0               64 Nov 22 07:23 10 -> socket:[1302384]
lrwx------    1 0        0               64 Nov 22 07:23 11 -> socket:[1302385]
lr-x------    1 0        0               64 Nov 22 07:23 12 -> pipe:[1302117]
lrwx------    1 0        0               64 Nov 22 07:23 4 -> anon_inode:[eventpoll]
lrwx------    1 0        0               64 Nov 22 07:23 5 -> anon_inode:[eventfd]
lr-x------    1 0        0               64 Nov 22 07:23 6 -> anon_inode:inotify
lrwx------    1 0        0               64 Nov 22 07:23 7 -> anon_inode:[pidfd]
l-wx------    1 0        0               64 Nov 22 07:23 8 -> /var/lib/docker/network/files/local-kv.db
lr-x------    1 0        0               64 Nov 22 07:23 9 -> net:[4026531840]`;
  const kinds = { epoll: 1, eventfd: 1, inotify: 1, pidfd: 1, file: 2, socket: 2, pipe: 1, other: 1 };
  const metrics = Object.entries(kinds).map(([kind, count]) => [`fds-${kind}`, count]);
  t.deepEqual(countByKind(listing), { fds: 10, ...Object.fromEntries(metrics) });
  t.deepEqual(new Set(Object.values(countByKind(''))), new Set([0]));
  t.deepEqual(new Set(fds.metrics.map(({ metric }) => metric)), new Set(Object.keys(countByKind(''))));
});

test('connections of one socket, without its listener and without others', (t) => {
  const listing = `Num       RefCount Protocol Flags    Type St Inode Path
0000000024e35962: 00000002 00000000 00010000 0001 01 42087 /run/lab/docker.sock
0000000024e35963: 00000003 00000000 00000000 0001 03 42090 /run/lab/docker.sock
0000000024e35964: 00000003 00000000 00000000 0001 03 42091 /run/lab/docker.sock
0000000024e35965: 00000003 00000000 00000000 0001 03 42092
0000000024e35966: 00000003 00000000 00000000 0001 03 42093 /run/docker/containerd/containerd.sock`;
  t.is(countConnections(listing, '/run/lab/docker.sock'), 2);
});

test('the peer of every connection, by the process that has it', (t) => {
  const ss = `u_str 0      0                        * 1302117 * 1304834 users:(("MainThread",pid=240,fd=4001))
u_str 0      0                        * 1301990 * 1304707 users:(("MainThread",pid=240,fd=3874))
u_str 0      0     /run/lab/docker.sock 1304834 * 1302117 users:(("dockerd",pid=56,fd=3606))
u_str 0      0     /run/lab/docker.sock 1304707 * 1301990 users:(("dockerd",pid=56,fd=3082))
u_str 0      0     /run/lab/docker.sock 1304999 * 1301999 users:(("dockerd",pid=56,fd=3083))
u_str 0      0                        * 1301999 * 1304999 users:(("docker",pid=301,fd=3))
u_str 0      0     /run/containerd.sock 1305000 * 1305001 users:(("containerd",pid=62,fd=9))`;
  const byProcess = new Map([
    [240, 2],
    [301, 1],
  ]);
  t.deepEqual(readPeers(ss), { byProcess, gone: 0, unseen: 0 });
  // As ss prints it without a filter: with its head, a State, a listener, a peer that has gone and one in another PID namespace.
  const withState = ss.replaceAll(/^u_str /gm, 'u_str ESTAB ');
  const head = 'Netid State Recv-Q Send-Q    Local Address:Port   Peer Address:Port  Process';
  const listener = 'u_str LISTEN 0 4096 /run/lab/docker.sock 42087 * 0 users:(("dockerd",pid=56,fd=3))';
  const gone =
    'u_str ESTAB  0      0      /run/lab/docker.sock 762662            * 0      users:(("dockerd",pid=56,fd=7))';
  const unseen =
    'u_str ESTAB  0      0      /run/lab/docker.sock 762663            * 762664 users:(("dockerd",pid=56,fd=8))';
  t.deepEqual(readPeers([head, listener, withState, gone, unseen].join('\n')), { byProcess, gone: 1, unseen: 1 });
});

test('a caller: its effective user, its age, and a command in one line', (t) => {
  const stat = '346 (node) S 1 346 1 0 -1 4194304 102 0 0 0 1 2 0 0 20 0 1 0 1156202 3133440 390';
  const status = 'Name:\tnode\nUid:\t0\t1000\t0\t0\nThreads:\t7';
  t.deepEqual(describeProcess(`${stat}\n11568.02 14041.17\n${status}\n/usr/bin/node main.ts  \n`), {
    user: 1000,
    age: 6,
    command: '/usr/bin/node main.ts',
  });
  const id = '6'.repeat(64);
  const cgroups = `9:memory:/docker/${id}\n0::/`;
  t.is(describeProcess(`${stat}\n11568.02 14041.17\n${status}\n${cgroups}\n/usr/bin/node main.ts  \n`).id, id);
});

test('the container of a process, by its cgroups', (t) => {
  const id = '0123456789abcdef'.repeat(4);
  t.is(containerOf(`12:pids:/dockerd-leak-lab/7.1.1/docker/${id}\n0::/`), id);
  t.is(containerOf(`0::/system.slice/docker-${id}.scope`), id);
  t.is(containerOf('9:memory:/user.slice\n0::/init.scope'), undefined);
  t.is(containerOf(`0::/docker/${id.slice(1)}`), undefined);
});
