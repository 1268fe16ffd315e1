import test from 'ava';
import { LabError } from '../core/errors.ts';
import { openTypedShell } from './typed-shell.ts';

test('what is typed one after the other, in one shell', async (t) => {
  await using shell = openTypedShell(['sh']);
  t.deepEqual(await shell.type('echo hello; x=1'), { output: 'hello', exitCode: 0 });
  t.deepEqual(await shell.type('echo "x is $x"; cd /'), { output: 'x is 1', exitCode: 0 });
  t.deepEqual(await shell.type('pwd'), { output: '/', exitCode: 0 });
});

const prints = test.macro({
  async exec(t, line: string, output: string, exitCode: number) {
    await using shell = openTypedShell(['sh']);
    t.deepEqual(await shell.type(line), { output, exitCode });
  },
  title: (_, line: string) => `$ ${line}`,
});

test(prints, 'false', '', 1);
test(prints, '(exit 42)', '', 42);
test(prints, 'true # with a comment', '', 0);
test(prints, 'echo out; echo err >&2; echo out', 'out\nerr\nout', 0);
test(prints, 'printf "no newline"', 'no newline', 0);
test(prints, 'printf "\\n\\n  a\\n\\nb\\n\\n"', '\n\n  a\n\nb', 0);
test(prints, 'seq 30000', Array.from({ length: 30_000 }, (_, i) => i + 1).join('\n'), 0);

const ends = test.macro({
  async exec(t, command: string[], line: string, evidence: string) {
    await using shell = openTypedShell(command);
    const gone = {
      instanceOf: LabError,
      message: `typing into a shell: ${line}: the shell ended
  expected: it comes back within 20 s${evidence}
  what you can do: npm run lab -- doctor says whether namespaces can be made here`,
    };
    await t.throwsAsync(shell.type(line), gone);
  },
  title: (_, command: string[], line: string) => `${command.join(' ')}, in which is typed ${line}`,
});

test(ends, ['sh'], 'echo bye; exit 3', '\n  evidence:\n    bye');
test(ends, ['sh'], 'kill -9 $$', '');
test(
  ends,
  ['sh', '-c', 'echo "unshare failed: Operation not permitted" >&2; exit 1'],
  'true',
  '\n  evidence:\n    unshare failed: Operation not permitted',
);

test('a shell that ended stays so', async (t) => {
  await using shell = openTypedShell(['sh']);
  await t.throwsAsync(shell.type('exit'), { instanceOf: LabError });
  await t.throwsAsync(shell.type('true'), {
    message: `typing into a shell: true: the shell ended
  expected: it comes back within 20 s
  what you can do: npm run lab -- doctor says whether namespaces can be made here`,
  });
});

test('a shell sees nothing of the environment but where programs are', async (t) => {
  await using shell = openTypedShell(['sh']);
  // These four every shell sets for itself.
  const { output } = await shell.type('env | cut -d= -f1 | grep -vx -e PWD -e OLDPWD -e SHLVL -e _ | sort');
  t.is(output, 'LC_ALL\nPATH');
});

test('a program that is not there', async (t) => {
  await using shell = openTypedShell(['no-such-shell']);
  const error = await t.throwsAsync(shell.type('true'), { instanceOf: LabError });
  t.regex(error.message, /the shell ended\n {2}expected: .*\n {2}evidence:\n {4}spawn no-such-shell ENOENT/);
});
