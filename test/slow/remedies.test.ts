import test from 'ava';
import { cli } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';
import { assertStored } from '../support/stored-run.ts';

test('remedies: what heals the replica of 1.13.1, and what is the disease; 20.10.24 is upgraded under its containers', async (t) => {
  t.timeout(18 * 60_000);
  const tried = 'containers-restarted,flags-removed+namespaces-mounted-again,upgraded,restarted';
  const daemons = ['--daemon', 'replica', '--daemon', '20.10.24'];
  const out = scratch(t);
  const words = ['scenario', 'remedies', ...daemons, '--only', `remedy=${tried}`, '--out', out];
  const { exitCode, stdout, stderr } = await cli(words);
  t.is(exitCode, 0, stdout + stderr);
  assertStored(t, out);
  const ranking = (daemon: string) => {
    const [, text = ''] = stdout.split(`What to do on a host with ${daemon}, best first\n`);
    return [...text.matchAll(/^ {2}(\d)\. (\S+) .*\n {5}(\w+(?: \w+)*) ·/gm)].slice(0, 4).map((row) => row.slice(1));
  };
  t.deepEqual(ranking('replica 1.13.1'), [
    ['1', 'containers-restarted', 'heals'],
    ['2', 'flags-removed+namespaces-mounted-again', 'helps in part'],
    ['3', 'upgraded', 'helps in part'],
    ['4', 'restarted', 'does not help'],
  ]);
  // A restart and an upgrade differ in nothing but their seconds there.
  t.deepEqual(ranking('20.10.24').slice(0, 2), [
    ['1', 'containers-restarted', 'heals'],
    ['2', 'flags-removed+namespaces-mounted-again', 'helps in part'],
  ]);
  t.regex(stdout, /dockerd 26\.1\.5 build [0-9a-f]{7}: Debian trixie/, 'the build that it is upgraded to');
  t.regex(stdout, /^ .* planted leak .*✔ as expected/m);
  t.regex(stdout, /^ .* clean run .*✔ as expected/m);
});
