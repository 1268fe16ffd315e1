import test from 'ava';
import { quickCli } from '../support/quick-cli.ts';

const installed = { DOCKERD_LEAK_LAB_PROGRAM: 'leaklab' };

test('the package has the commands of lab beside scenario, matrix and bench', async (t) => {
  const { stdout, exitCode } = await quickCli(['--help'], installed);
  t.is(exitCode, 0);
  t.true(stdout.startsWith('Usage: leaklab [options] [command]\n'), stdout);
  for (const command of ['scenario', 'matrix', 'bench', 'doctor', 'show', 'diagnose', 'worker', 'completion'])
    t.regex(stdout, new RegExp(`^  ${command} `, 'm'));
  t.notRegex(stdout, /^ {2}(?:lab|complete) /m);
});

test('a checkout has them below lab', async (t) => {
  const { stdout } = await quickCli(['--help']);
  t.true(stdout.startsWith('Usage: npm run [options] [command]\n'), stdout);
  t.regex(stdout, /^ {2}lab \[options\] +look at daemons/m);
  t.notRegex(stdout, /^ {2}doctor/m);
});

test('what is written for a checkout works with the package, too', async (t) => {
  const there = await quickCli(['lab', 'daemons', '--json'], installed);
  const here = await quickCli(['daemons', '--json'], installed);
  t.is(there.exitCode, 0);
  t.is(there.stdout, here.stdout);
});

const says = test.macro(async (t, words: string[], checkout: string, leaklab: string) => {
  const [first, ...rest] = words;
  t.is((await quickCli(words)).stderr, checkout);
  t.is((await quickCli(first === 'lab' ? rest : words, installed)).stderr, leaklab);
});

test(
  'which scenario',
  says,
  ['scenario'],
  'Which scenario? See npm run scenario -- --list.',
  'Which scenario? See leaklab scenario --list.',
);
test(
  'no run yet',
  says,
  ['lab', 'show', '--out', '/nonexistent'],
  'There is no run in /nonexistent yet: npm run scenario netns-restore makes one.',
  'There is no run in /nonexistent yet: leaklab scenario netns-restore makes one.',
);

test('advice and the collector name the command that is there', async (t) => {
  const advice = ['kernel', 'advise', 'cgroup.memory=nokmem', '--os-release', '/etc/os-release'];
  t.regex((await quickCli(['lab', ...advice])).stdout, /npm run lab -- kernel inspect VMLINUZ cgroup\.memory=nokmem/);
  t.regex(
    (await quickCli(['lab', 'diagnose', '--print-collector'])).stdout,
    /^Next: npm run lab -- diagnose \$file"$/m,
  );
  t.regex((await quickCli(['diagnose', '--print-collector'], installed)).stdout, /^Next: leaklab diagnose \$file"$/m);
});

test('the version is that of the manifest', async (t) => {
  const { stdout } = await quickCli(['lab', '--version']);
  t.regex(stdout, /^\d+\.\d+\.\d+$/);
  t.is((await quickCli(['--version'], installed)).stdout, stdout);
});
