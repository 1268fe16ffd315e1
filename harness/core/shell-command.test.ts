import { execFileSync } from 'node:child_process';
import test from 'ava';
import { shellCommand } from './shell-command.ts';

const types = test.macro({
  exec(t, words: string[], expected: string) {
    t.is(shellCommand(words), expected);
    // A shell gets the same words back.
    const read = execFileSync('sh', ['-c', `printf '%s\\0' ${shellCommand(words)}`], { encoding: 'utf8' });
    t.deepEqual(read.split('\0').slice(0, -1), words);
  },
  title: (_, words: string[]) => JSON.stringify(words),
});

test(types, ['dockerd', '--host', 'unix:///run/lab/docker.sock'], 'dockerd --host unix:///run/lab/docker.sock');
test(types, ['stat', '-f', '-c', '%t', 'a@b,c+d=e'], 'stat -f -c %t a@b,c+d=e');
test(types, ['sh', '-c', 'mount && exec "$@"', ''], `sh -c 'mount && exec "$@"' ''`);
test(types, ["it's", '~', '*', 'a\nb', '$HOME', '`id`'], `'it'\\''s' '~' '*' 'a\nb' '$HOME' '\`id\`'`);
