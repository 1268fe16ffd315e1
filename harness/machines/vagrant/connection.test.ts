import test from 'ava';
import { doorOf } from './connection.ts';

test('a door is what vagrant says of it, and nothing of the user’s own', (t) => {
  const config = `Host debian-12
  HostName 192.168.121.7
  User vagrant
  Port 22
  UserKnownHostsFile /dev/null
  IdentityFile "/home/a b/.vagrant.d/insecure_private_key"
`;
  const { words } = doorOf('debian-12', config, ['nsenter', '--net=/x']);
  t.deepEqual(words.slice(0, 5), ['nsenter', '--net=/x', 'ssh', '-F', '/dev/null']);
  t.is(words.at(-1), 'debian-12');
  for (const option of [
    'HostName=192.168.121.7',
    'IdentityFile="/home/a b/.vagrant.d/insecure_private_key"',
    'BatchMode=yes',
  ])
    t.is(words[words.indexOf(option) - 1], '-o', option);
  t.false(words.some((word) => word.startsWith('Host=')));
});
