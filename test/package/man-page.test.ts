import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { programSetting } from '../../harness/core/typed-command.ts';
import { manPage } from '../../package/man-page.ts';
import { scratch } from '../support/scratch.ts';

process.env[programSetting] = 'leaklab';
const { labProgram } = await import('../../harness/cli/program.ts');
const page = manPage(await labProgram(() => {}), '0.1.0');

test('groff has nothing to say about the page', async (t) => {
  const file = path.join(scratch(t), 'leaklab.1');
  writeFileSync(file, page);
  const { stdout, stderr } = await execa('groff', ['-man', '-Tutf8', '-ww', '-P-c', file], {
    env: { GROFF_NO_SGR: '1' },
  });
  t.is(stderr, '');
  const text = stdout.replaceAll(/.[\b]/g, '');
  t.regex(text, /^NAME\n +leaklab - reproduces container-host leaks/m);
  t.regex(text, /^ {3}scenario \[name\]$/m);
  t.regex(text, /--only <k=v,…>/);
  t.regex(text, /^ {3}kernel inspect <kernel> \[parameters\.\.\.\]$/m);
  t.regex(text, /^ +DOCKERD_LEAK_LAB_JOBS$/m);
});

test('the page has no fact of the host that made it, and no command of scripts', (t) => {
  t.regex(page, /default: its host name/);
  t.notRegex(page, /complete <line>|npm run/);
});
