import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { execa } from 'execa';
import { quietly } from '../../harness/fetch/cache.ts';
import { fetchKit, programOf } from '../../harness/fetch/kit.ts';
import { scratch } from './scratch.ts';

/** A host that is reached by ssh: OpenSSH's own server on loopback, and its client as the only `ssh` in PATH. */
export interface SshHost {
  /** `ssh://root@127.0.0.1:PORT` */
  target: string;
  /** The environment of a program that uses ssh. */
  env: Record<string, string>;
  /** Where its programs put their temporary files: no other test of this host does. */
  temporary: string;
  /** PID of the server, and of the first process of its namespace: all of its sessions are below it. */
  server: number;
}

/**
 * Starts sshd in mount and process namespaces of its own, where it has the user that it requires.
 *
 * @param keys whether the client has the key that the server accepts
 */
export async function startSshd(t: ExecutionContext, keys: 'right' | 'none' = 'right'): Promise<SshHost> {
  const kit = await fetchKit('ssh', quietly());
  const directory = scratch(t);
  const place = (name: string) => path.join(directory, name);
  for (const name of ['host-key', 'key']) {
    const [keygen = '', ...words] = programOf(kit, 'usr/bin/ssh-keygen');
    await execa(keygen, [...words, '-q', '-t', 'ed25519', '-N', '', '-f', place(name)]);
  }
  await mkdir(place('tmp'));
  await copyFile('/etc/passwd', place('passwd'));
  await appendFile(place('passwd'), 'sshd:x:64056:64056::/run/sshd:/usr/sbin/nologin\n');
  const port = await freePort();
  const settings = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${place('host-key')}`,
    `AuthorizedKeysFile ${place('key.pub')}`,
    'PermitRootLogin prohibit-password',
    // The directory of temporary files belongs to everybody.
    'StrictModes no',
    'UsePAM no',
    `SetEnv TMPDIR=${place('tmp')}`,
    'PidFile none',
  ];
  await writeFile(place('sshd_config'), `${settings.join('\n')}\n`);
  const enter = `mount --bind ${place('passwd')} /etc/passwd && mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd && exec "$@"`;
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child=KILL', '--mount-proc'];
  const sshd = [...programOf(kit, 'usr/sbin/sshd'), '-D', '-e', '-r', '-f', place('sshd_config')];
  const unshare = spawn('unshare', [...namespaces, 'sh', '-c', enter, 'sh', ...sshd], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.teardown(() => unshare.kill('SIGKILL'));
  await listening(unshare);
  const client = place('bin');
  await mkdir(client);
  const options = [
    '-F',
    '/dev/null',
    `-oUserKnownHostsFile=${place('known')}`,
    '-oStrictHostKeyChecking=accept-new',
    '-oIdentitiesOnly=yes',
    '-i',
    keys === 'right' ? place('key') : place('host-key'),
  ];
  const words = [...programOf(kit, 'usr/bin/ssh'), ...options].map((word) => `'${word}'`).join(' ');
  await writeFile(path.join(client, 'ssh'), `#!/bin/sh\nexec ${words} "$@"\n`);
  await chmod(path.join(client, 'ssh'), 0o755);
  const children = await readFile(`/proc/${unshare.pid}/task/${unshare.pid}/children`, 'utf8');
  return {
    target: `ssh://root@127.0.0.1:${port}`,
    env: { PATH: `${client}:${process.env['PATH']}` },
    temporary: place('tmp'),
    server: Number(children.trim()),
  };
}

/** Waits for sshd's own line. */
async function listening(unshare: ChildProcess): Promise<void> {
  let said = '';
  const ended = once(unshare, 'exit').then(() => 'ended' as const);
  while (!said.includes('Server listening on')) {
    const more = await Promise.race([once(unshare.stderr ?? unshare, 'data'), ended]);
    if (more === 'ended') throw new Error(`sshd ended: ${said}`);
    said += String(more[0]);
  }
  unshare.stderr?.resume();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a server on TCP has a port');
  return address.port;
}
