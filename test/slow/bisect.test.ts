import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { scratch } from '../support/scratch.ts';

const start = path.resolve(import.meta.dirname, '../../harness/cli/start.js');

/** As the README has it: a tree whose commits are builds of dockerd, here by their names. */
const builds = ['replica', 'replica+publish-on-every-error', '20.10.24', '26.1.5'];

test('git bisect run finds the first build in which calls no longer hang', async (t) => {
  t.timeout(10 * 60_000);
  const tree = scratch(t);
  const out = scratch(t);
  const git = (...words: string[]) =>
    execa('git', ['-C', tree, '-c', 'user.name=lab', '-c', 'user.email=lab@example.org', ...words]);
  await git('init', '--quiet');
  for (const build of builds) {
    writeFileSync(path.join(tree, 'build'), build);
    await git('add', 'build');
    await git('commit', '--quiet', '--message', build);
  }
  await git('bisect', 'start', '--term-old=hangs', '--term-new=answers');
  await git('bisect', 'answers', 'HEAD');
  await git('bisect', 'hangs', `HEAD~${builds.length - 1}`);
  // 0 and 1 change places, as it is the end of a bug that is looked for; an undecided commit stays undecided.
  const script = `
    "$0" "$1" scenario stats-leak --bisect --daemon "$(cat build)" --only client=agent-1.20 --size calls=60,containers=1 --out "$2" >&2
    case $? in 0) exit 1 ;; 1) exit 0 ;; *) exit 125 ;; esac`;
  const { stdout } = await git('bisect', 'run', 'sh', '-c', script, process.execPath, start, out);
  t.regex(stdout, /is the first answers commit/);
  const { stdout: found } = await git('log', '-1', '--format=%s', 'refs/bisect/answers');
  t.is(found, 'replica+publish-on-every-error');
});
