import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { statusOf } from './api-error.ts';
import { defaultPath, findProgram } from './program-path.ts';

const layer = mkdtempSync(path.join(os.tmpdir(), 'replica-layer-'));
mkdirSync(path.join(layer, 'bin'));
writeFileSync(path.join(layer, 'bin/busybox'), '');
symlinkSync('busybox', path.join(layer, 'bin/sleep'));
test.after.always(() => rmSync(layer, { recursive: true }));

test('a word is looked for in PATH, in the upper layer first', (t) => {
  t.is(findProgram(['/nonexistent', layer], 'sleep', defaultPath), '/bin/sleep');
});

test('a path is taken as it is', (t) => {
  t.is(findProgram([layer], '/bin/busybox', ''), '/bin/busybox');
});

test('what is not there is refused in the words of runc, with a 404', (t) => {
  const error = t.throws(() => findProgram([layer], 'nosuch', defaultPath));
  const begin = 'oci runtime error: container_linux.go:247: starting container process caused';
  t.is(error.message, `${begin} "exec: \\"nosuch\\": executable file not found in $PATH"\n`);
  t.is(statusOf(error), 404);
  t.is(statusOf(t.throws(() => findProgram([layer], '/bin/nosuch', ''))), 404);
});
