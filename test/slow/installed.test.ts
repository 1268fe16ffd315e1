import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { z } from 'zod';

/** An empty folder into which the package was installed, and the environment of someone who has no checkout. */
interface Installed {
  folder: string;
  tarball: string;
  package: string;
  env: Record<string, string>;
}

const root = path.resolve(import.meta.dirname, '../..');
const bin = (name: string) => path.join(root, 'node_modules/.bin', name);

const made: string[] = [];
let installed: Installed = { folder: '', tarball: '', package: '', env: {} };
test.after.always(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

test.before('pack, and install into an empty folder', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lab-test-'));
  made.push(folder);
  const { stdout } = await execa('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root });
  const tarball = path.join(folder, stdout.trim().split('\n').at(-1) ?? '');
  const user = path.join(folder, 'user');
  mkdirSync(user);
  const env = withoutNpm();
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--no-save', '--silent'];
  await execa('npm', ['install', ...quiet, tarball], { cwd: user, env, extendEnv: false });
  installed = { folder: user, tarball, package: path.join(user, 'node_modules/dockerd-leak-lab'), env };
});

/** Nothing of the npm that runs the tests, nor its Node 24. */
function withoutNpm(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^npm_|^NODE|^DOCKERD_LEAK_LAB_PROGRAM$|^INIT_CWD$/.test(name),
  );
  const directories = (process.env['PATH'] ?? '').split(':').filter((one) => !one.includes('node_modules'));
  return {
    ...Object.fromEntries(kept.map(([name, value]) => [name, value ?? ''])),
    NO_COLOR: '1',
    PATH: directories.join(':'),
  };
}

/** Runs the program as its user does. */
async function leaklab(words: readonly string[]) {
  const { folder, env } = installed;
  const { exitCode, stdout, stderr } = await execa('./node_modules/.bin/leaklab', [...words], {
    cwd: folder,
    env,
    extendEnv: false,
    reject: false,
  });
  return { exitCode, stdout, stderr };
}

test('publint and are-the-types-wrong have nothing to say', async (t) => {
  const linted = await execa(bin('publint'), ['run', '--strict', installed.tarball]);
  t.regex(linted.stdout, /All good!/);
  const types = await execa(bin('attw'), ['--profile', 'esm-only', '--format', 'ascii', installed.tarball]);
  // Nothing but what has no CommonJS, which the lab has not.
  const found = types.stdout
    .split('\n')
    .filter((line) => /💀|⚠️|❌|🎭|👺|❗/u.test(line) && !line.includes('(ignored'));
  t.deepEqual(found, []);
});

test('the package has no test and no support of tests, and what its code imports and reads', (t) => {
  const files = readdirSync(installed.package, { recursive: true, encoding: 'utf8' });
  t.deepEqual(
    files.filter((file) => /\.test\.|testing\/|fixtures\.|(?<!\.d)\.ts$/.test(file)),
    [],
  );
  for (const asset of [
    'dist/Vagrantfile',
    'dist/harness/diagnose/collector/collect.sh',
    'dist/harness/fleet/worker/child.js',
    'dist/harness/machines/agent/guest/init.c',
    'dist/harness/machines/microvm/enter.js',
    'dist/vms/rpm-keys/centos-7.asc',
  ])
    t.true(files.includes(asset), asset);
  const { dependencies } = z
    .object({ dependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(path.join(installed.package, 'package.json'), 'utf8')));
  for (const file of files.filter((one) => /\.(?:js|d\.ts)$/.test(one))) {
    const code = readFileSync(path.join(installed.package, file), 'utf8');
    for (const [, name = ''] of code.matchAll(/^(?:import|export) (?:[^'";()]* from )?'([^']+)'/gm)) {
      if (name.startsWith('.')) {
        const imported = path.resolve(path.dirname(path.join(installed.package, file)), name);
        t.true(existsSync(imported), `${file} imports ${name}`);
      } else if (!name.startsWith('node:') && file.endsWith('.js')) {
        const [first = '', second = ''] = name.split('/');
        t.true((first.startsWith('@') ? `${first}/${second}` : first) in dependencies, `${file} imports ${name}`);
      }
    }
  }
});

test('a Node that is too old for the lab starts it, as Node 24 comes along', async (t) => {
  const { stdout } = await leaklab(['--version']);
  t.is(stdout, '0.1.0');
  const doctor = await leaklab(['doctor']);
  t.regex(doctor.stdout, /^Node 24\./);
  t.regex(doctor.stdout, /^Config file\n {2}none: looked for dockerd-leak-lab\.json and /m);
});

test('commands to type are those of how it was started', async (t) => {
  const { folder, env } = installed;
  t.is((await leaklab(['scenario'])).stderr, 'Which scenario? See ./node_modules/.bin/leaklab scenario --list.');
  const asked = async (program: string, words: string[], more: Record<string, string> = {}) =>
    (await execa(program, words, { cwd: folder, env: { ...env, ...more }, extendEnv: false, reject: false })).stderr;
  const onPath = { PATH: `${folder}/node_modules/.bin:${env['PATH'] ?? ''}` };
  t.is(await asked('sh', ['-c', 'leaklab scenario'], onPath), 'Which scenario? See leaklab scenario --list.');
  t.is(
    await asked('npx', ['dockerd-leak-lab', 'scenario']),
    'Which scenario? See npx dockerd-leak-lab scenario --list.',
  );
});

test('a real cell, on a daemon and with a client that are both files of the package', async (t) => {
  const only = 'endpoint=events,leaving=closes,container=silent';
  const ran = await leaklab(['scenario', 'abandoned-calls', '--daemon', '20.10.24', '--only', only]);
  t.is(ran.exitCode, 0, ran.stdout + ran.stderr);
  t.regex(ran.stdout, /3 cells: 3 ✔ as expected/);
  const words = ['--daemon', 'replica', '--only', 'mountFlags=slave,liveRestore=on,starts=restarted'];
  const replica = await leaklab(['scenario', 'netns-restore', ...words]);
  t.is(replica.exitCode, 0, replica.stdout + replica.stderr);
  t.regex(replica.stdout, /netns lost 3\/3/);
  const { lab, commandLine } = z
    .object({ lab: z.object({ revision: z.string() }), commandLine: z.array(z.string()) })
    .parse(JSON.parse(readFileSync(path.join(installed.folder, 'results/netns-restore/latest/run.json'), 'utf8')));
  t.regex(lab.revision, /^[0-9a-f]{40}\+?$/);
  t.deepEqual(commandLine, ['./node_modules/.bin/leaklab', 'scenario', 'netns-restore', ...words]);
});

test('a scenario of one’s own, in an empty folder: cells, factors, judge, verdict, report, types', async (t) => {
  const { folder, env } = installed;
  const guide = readFileSync(path.join(root, 'docs/write-a-scenario-outside.md'), 'utf8');
  const [, source = ''] = /```ts\n(.*?)```/s.exec(guide) ?? [];
  writeFileSync(path.join(folder, 'mine.ts'), source);
  const ran = await leaklab(['scenario', '--scenario', './mine.ts']);
  t.is(ran.exitCode, 0, ran.stdout + ran.stderr);
  t.regex(ran.stdout, /^ stopped +not present +nothing is left +✔ as expected/m);
  t.regex(ran.stdout, /^ killed +not present +nothing is left +✔ as expected/m);
  const again = await leaklab(['rejudge', 'veth-left', '--scenario', './mine.ts']);
  t.regex(again.stdout, /2 cells of 1 run: 2 the same, 0 changed/);
  t.regex((await leaklab(['show', 'veth-left'])).stdout, /2 cells: 2 ✔ as expected/);
  t.is((await leaklab(['report'])).exitCode, 0);
  const page = readdirSync(path.join(folder, 'results/report'), { recursive: true, encoding: 'utf8' }).find((file) =>
    /veth-left.*\.html$/.test(file),
  );
  t.true(page !== undefined);
  const html = readFileSync(path.join(folder, 'results/report', page ?? ''), 'utf8');
  t.regex(
    html,
    /leaklab scenario veth-left --scenario \.\/mine\.ts --machine local --daemon 20\.10\.24 --only ends=killed/,
  );
  // As an editor checks it.
  mkdirSync(path.join(folder, 'types'));
  copyFileSync(path.join(folder, 'mine.ts'), path.join(folder, 'types/mine.ts'));
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [path.join(root, 'node_modules/@types')],
  };
  const wrong = `import { checkOf } from 'dockerd-leak-lab/judge';\nexport const check = checkOf('nothing', { kind: 'flag', is: 1 }, undefined);\n`;
  writeFileSync(path.join(folder, 'types/wrong.ts'), wrong);
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['types'] }));
  const checked = await execa(bin('tsc'), ['--project', folder], { cwd: folder, env, reject: false });
  t.regex(checked.stdout, /^types\/wrong\.ts\(2,30\): error TS2345: Argument of type '"nothing"' is not assignable/);
  t.is(checked.stdout.match(/error TS/g)?.length, 1, checked.stdout);
  t.true(existsSync(path.join(installed.package, 'docs/schema/evidence.json')));
});

test('bash completes commands, scenarios, levels and cached builds', (t) => {
  const { folder, env } = installed;
  const typed = [
    'leaklab scen\t',
    'leaklab scenario netns-r\t',
    'leaklab scenario netns-restore --only mountFl\t',
    'leaklab scenario netns-restore --only mountFlags=sl\t',
    'leaklab scenario netns-restore --only mountFlags=slave,liveRestore=of\t',
    'leaklab scenario netns-restore --daemon 20.10\t',
    'leaklab kernel adv\t',
  ];
  // What a line has become is seen when the shell echoes it, instead of running it: Ctrl-A is the begin of the line.
  const keys = typed.map((line) => `${line}\u0001echo "is: \u0005"\r`).join('');
  const rc = path.join(folder, 'bashrc');
  writeFileSync(rc, `PS1='$ '; bind 'set enable-bracketed-paste off'; eval "$(leaklab completion bash)"\n`);
  const said = execFileSync('script', ['-qec', `bash --rcfile ${rc} -i`, '/dev/null'], {
    cwd: folder,
    env: { ...env, TERM: 'dumb', COLUMNS: '300', PATH: `${folder}/node_modules/.bin:${env['PATH'] ?? ''}` },
    input: `${keys}exit\r`,
    encoding: 'utf8',
  });
  const lines = [...said.matchAll(/^is: (.*?)\r?$/gm)].map(([, line]) => line);
  t.deepEqual(lines, [
    'leaklab scenario ',
    'leaklab scenario netns-restore ',
    'leaklab scenario netns-restore --only mountFlags=',
    'leaklab scenario netns-restore --only mountFlags=slave ',
    'leaklab scenario netns-restore --only mountFlags=slave,liveRestore=off ',
    'leaklab scenario netns-restore --daemon 20.10.24 ',
    'leaklab kernel advise ',
  ]);
});

test('man finds the page', async (t) => {
  const { stdout } = await execa(
    'man',
    ['--no-hyphenation', '-l', path.join(installed.package, 'dist/man/leaklab.1')],
    {
      env: { MANPAGER: 'cat', PAGER: 'cat' },
    },
  );
  t.regex(stdout, /scenario \[name\]/);
});
