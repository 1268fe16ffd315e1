import test from 'ava';
import { countPeers } from './callers.ts';
import { countConnections } from './connections.ts';
import { countByKind } from './fds.ts';

test('file descriptors by what they point at', (t) => {
  const listing = `total 0
lr-x------    1 0        0               64 Nov 22 07:23 0 -> /dev/null
lrwx------    1 0        0               64 Nov 22 07:23 10 -> socket:[1302384]
lrwx------    1 0        0               64 Nov 22 07:23 11 -> socket:[1302385]
lr-x------    1 0        0               64 Nov 22 07:23 12 -> pipe:[1302117]
lrwx------    1 0        0               64 Nov 22 07:23 4 -> anon_inode:[eventpoll]`;
  t.deepEqual(countByKind(listing), { fds: 5, 'fds-socket': 2, 'fds-pipe': 1, 'fds-other': 2 });
  t.deepEqual(countByKind(''), { fds: 0, 'fds-socket': 0, 'fds-pipe': 0, 'fds-other': 0 });
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
  t.deepEqual(
    [...countPeers(ss)],
    [
      [240, 2],
      [301, 1],
    ],
  );
});
