import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { readBundle } from '../harness/diagnose/bundle/read-bundle.ts';
import { below } from './support/below.ts';
import { cli, startCli } from './support/cli.ts';
import { scratch } from './support/scratch.ts';
import { startSshd } from './support/sshd.ts';

/** sshd requires root. */
const testAsRoot = process.getuid?.() === 0 ? test.serial : test.serial.skip;

testAsRoot('over a real ssh: a bundle of two samples, and a log of any name', async (t) => {
  const host = await startSshd(t);
  const directory = scratch(t);
  const save = path.join(directory, 'kept');
  const log = path.join(directory, `it's; a "log" $(x)`);
  await writeFile(log, 'level=error msg="failed to create osl sandbox while trying to restore sandbox 1"\n');
  const words = ['lab', 'diagnose', host.target, '--interval', '1s', '--save', save, '--log', log];
  const { exitCode, stderr, stdout } = await cli(words, host.env);
  t.true([0, 1, 2, 3].includes(exitCode ?? 64), stdout);
  t.true(stderr.startsWith(`collecting evidence on ${host.target} (read-only)`), stderr);
  const [kept = ''] = await readdir(save);
  t.regex(kept, /^root_127\.0\.0\.1-1-\d{8}T\d{6}Z\.tar$/);
  const { files, problems } = await readBundle(path.join(save, kept));
  t.deepEqual(problems, []);
  t.true(files.has('samples/2/meminfo'));
  t.regex(files.get('logs/daemon') ?? '', /^pattern\trestore-error\t1\t/m);
  t.deepEqual(below(host.server), []);
});

testAsRoot('over a real ssh without its key: its words, and what to try', async (t) => {
  const host = await startSshd(t, 'none');
  const { exitCode, stderr } = await cli(['lab', 'diagnose', host.target, '--samples', '1'], host.env);
  t.is(exitCode, 3);
  t.regex(
    stderr,
    /exit code 255\n {2}expected: the collector ends with exit code 0\n {2}evidence:\n(?: {4}.*\n)* {4}root@127\.0\.0\.1: Permission denied \(publickey,password,keyboard-interactive\)\.\n {2}what you can do: try: ssh root@127\.0\.0\.1 true; keys or an agent must work without a password$/,
  );
});

/** Whether a process is the collector's sleep between two samples that are an hour apart. */
function isSleep(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') === 'sleep\u{0}3600\u{0}';
  } catch {
    return false;
  }
}

/** Starts a diagnosis of an hour, and waits until the collector sleeps below a process, by default the diagnosis itself. */
async function startLong(t: ExecutionContext, words: readonly string[], env: Record<string, string>, root?: number) {
  const run = startCli(['lab', 'diagnose', ...words, '--interval', '1h'], { ...env, NODE_DISABLE_COMPILE_CACHE: '1' });
  t.teardown(() => run.kill('SIGKILL'));
  while (!below(root ?? run.pid ?? 0).some(isSleep)) await sleep(20);
  return { run, processes: below(root ?? run.pid ?? 0) };
}

/** Directories of collectors that write to their standard output. */
const directories = (place: string) =>
  readdirSync(place).filter((name) => /^dockerd-leak-lab-\d+-\d+\.partial$/.test(name));

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  testAsRoot(`${signal} during a diagnosis by ssh: the collector ends on the other host`, async (t) => {
    const host = await startSshd(t);
    // The directory of a lab that is killed goes with the test, else with the next diagnosis.
    const env = { ...host.env, TMPDIR: scratch(t) };
    const { run, processes } = await startLong(t, [host.target], env, host.server);
    t.true(processes.length >= 3);
    t.is(directories(host.temporary).length, 1);
    run.kill(signal);
    await run;
    while (below(host.server).length > 0) await sleep(20);
    t.deepEqual(directories(host.temporary), []);
  });

  test.serial(`${signal} during a diagnosis of this host: the collector ends`, async (t) => {
    const directory = scratch(t);
    const { run, processes } = await startLong(t, [], { TMPDIR: directory });
    t.is(directories(directory).length, 1);
    run.kill(signal);
    await run;
    while (processes.some((one) => existsSync(`/proc/${one}`))) await sleep(20);
    t.deepEqual(directories(directory), []);
  });
}
