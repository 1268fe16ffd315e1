import test from 'ava';
import { quietly } from '../../fetch/cache.ts';
import { fetchStaticProgram } from '../../fetch/static-program.ts';
import { BootFailedError, LabError } from '../../core/errors.ts';
import { lineSource } from '../container/lab-files.ts';
import { portLimits } from '../agent/limits.ts';
import { runProgram } from '../agent/program.ts';
import { guestInit } from '../agent/guest-init.ts';
import { connect, doorOf } from './connection.ts';

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

test('a box that does not answer has not booted; one that is lost later has', async (t) => {
  const closed = { box: 'debian-12', words: ['sh', '-c', 'echo no route to host >&2'] };
  const never = await t.throwsAsync(connect(closed), { instanceOf: BootFailedError });
  t.regex(never.message, /talking to the box debian-12[\s\S]*ssh has ended[\s\S]*no route to host/);

  const [line, agent] = await Promise.all([lineSource, guestInit].map((one) => fetchStaticProgram(one, quietly())));
  // The agent on this host: the arguments of ssh come after it, and are left alone.
  const open = {
    box: 'debian-12',
    words: ['sh', '-c', `exec ${line} ${agent} 3 ${portLimits.frame} ${portLimits.window}`],
  };
  await using connection = await connect(open);
  const { stdout } = await runProgram(connection.channel, ['echo', 'here']);
  t.is(stdout, 'here');
  const lost = await t.throwsAsync(runProgram(connection.channel, ['sh', '-c', 'kill -KILL $PPID']));
  t.true(lost instanceof LabError && !(lost instanceof BootFailedError), lost.message);
  t.regex(lost.message, /talking to the box debian-12[\s\S]*ssh has ended/);
});
