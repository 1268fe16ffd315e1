import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { scratch } from '../support/scratch.ts';

const start = path.resolve(import.meta.dirname, '../../harness/cli/start.js');

/**
 * Bisects as docs/scenarios.md has it: a tree whose commits are builds of dockerd, here by their names. The first has the bug, the last has not.
 *
 * @returns the build that `git bisect run` names
 */
async function firstWithout(t: ExecutionContext, builds: readonly string[], words: string): Promise<string> {
  const tree = scratch(t);
  const out = scratch(t);
  const git = (...more: string[]) =>
    execa('git', ['-C', tree, '-c', 'user.name=lab', '-c', 'user.email=lab@example.org', ...more]);
  await git('init', '--quiet');
  for (const build of builds) {
    writeFileSync(path.join(tree, 'build'), build);
    await git('add', 'build');
    await git('commit', '--quiet', '--message', build);
  }
  await git('bisect', 'start', '--term-old=leaks', '--term-new=mended');
  await git('bisect', 'mended', 'HEAD');
  await git('bisect', 'leaks', `HEAD~${builds.length - 1}`);
  // 0 and 1 change places, as it is the end of a bug that is looked for; an undecided commit stays undecided.
  const script = `
    "$0" "$1" scenario ${words} --bisect --daemon "$(cat build)" --out "$2" >&2
    case $? in 0) exit 1 ;; 1) exit 0 ;; *) exit 125 ;; esac`;
  const { stdout } = await git('bisect', 'run', 'sh', '-c', script, process.execPath, start, out);
  t.regex(stdout, /is the first mended commit/);
  return (await git('log', '-1', '--format=%s', 'refs/bisect/mended')).stdout;
}

test('git bisect run finds the first build in which calls no longer hang', async (t) => {
  t.timeout(20 * 60_000);
  const builds = ['replica', 'replica+publish-on-every-error', '20.10.24', '26.1.5'];
  const words = 'stats-leak --only client=agent-1.20 --size calls=60,containers=1';
  t.is(await firstWithout(t, builds, words), 'replica+publish-on-every-error');
});

test('git bisect run finds the first build that keeps nothing of an abandoned attach', async (t) => {
  t.timeout(20 * 60_000);
  const words = 'abandoned-calls --only endpoint=attach --size calls=24';
  t.is(await firstWithout(t, ['20.10.24', '26.1.5', 'rolling'], words), 'rolling');
});
