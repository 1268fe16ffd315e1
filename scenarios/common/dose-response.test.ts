import test from 'ava';
import { callerLines } from './dose-response.ts';

const directory = `/builds/${'group/'.repeat(30)}dockerd-leak-lab`;
const client = {
  pid: 346,
  user: 0,
  command: `${directory}/bin/node ${directory}/harness/clients/engine/main.ts /run/lab/docker.sock`,
  age: 5.7,
  connections: 4000,
};
const agent = { pid: 301, user: 1000, command: 'docker stats', age: 61, connections: 1 };

test('who is calling, with the calls of the client whose report we have', (t) => {
  t.deepEqual(callerLines([client, agent], undefined, { pid: 346, calls: 4000 }), [
    'who is calling:',
    '  4000 connections of process 346 (user 0), 6 s old, 4000 calls sent: …/bin/node …/engine/main.ts /run/lab/docker.sock',
    '  1 connection of process 301 (user 1000), 61 s old: docker stats',
  ]);
});

test('calls are attributed only to the client that has sent them', (t) => {
  t.deepEqual(callerLines([agent], undefined, { pid: 346, calls: 4000 }), [
    'who is calling:',
    '  1 connection of process 301 (user 1000), 61 s old: docker stats',
  ]);
  t.deepEqual(callerLines([]), []);
});

test('a caller in a container, and connections that no process can be named for', (t) => {
  const inside = { ...agent, container: { id: 'a1'.repeat(32), name: 'monitoring' } };
  const nameless = { ...agent, pid: 302, container: { id: 'a1'.repeat(32) } };
  t.deepEqual(callerLines([inside, nameless], { gone: 3, unseen: 1 }), [
    'who is calling:',
    '  1 connection of process 301 (user 1000), in container monitoring, 61 s old: docker stats',
    '  1 connection of process 302 (user 1000), in container a1a1a1a1a1a1, 61 s old: docker stats',
    '  3 connections whose client has closed its end: dockerd keeps its own',
    '  1 connection of processes that cannot be seen from here',
  ]);
  t.deepEqual(callerLines([], { gone: 1, unseen: 0 }), [
    'who is calling:',
    '  1 connection whose client has closed its end: dockerd keeps its own',
  ]);
});
