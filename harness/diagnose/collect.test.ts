import test from 'ava';
import { UsageError } from '../core/errors.ts';
import { sshTarget } from './collect.ts';

test('hosts by ssh', (t) => {
  const target = (written: string, destination: string, port?: number) =>
    t.deepEqual(sshTarget(written), { kind: 'ssh', destination, written, ...(port !== undefined && { port }) });
  target('ssh://db-7', 'db-7');
  target('ssh://root@db-7.example.org/', 'root@db-7.example.org');
  target('ssh://root@10.0.0.1:2222', 'root@10.0.0.1', 2222);
  target('ssh://[fe80::1]:22', 'fe80::1', 22);
  for (const none of [
    'ssh://',
    'ssh://-oProxyCommand=x',
    'ssh://-x@host',
    'ssh://a b',
    'ssh://a;b',
    'ssh://a/path',
    'ssh:a',
    "ssh://a'b",
    'ssh://a\nb',
  ])
    t.throws(() => sshTarget(none), { instanceOf: UsageError, message: `'${none}' is no ssh://[USER@]HOST[:PORT].` });
});
