import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import * as fc from 'fast-check';
import { scratch } from '../../test/support/scratch.ts';
import { adviseBoot } from './boot-loader.ts';
import { bootWord } from './boot-word.ts';

const debian = 'ID=debian\n';
const centos = 'ID=centos\n';

/** Values with everything that a shell, sed or a file of GRUB's settings takes for itself. */
const values = fc.array(
  fc.string({ unit: fc.constantFrom(...`ab.*[]^$|&\\/"'\`$(){};<>!#~ %,=-`.split('')), minLength: 1, maxLength: 12 }),
  {
    minLength: 1,
    maxLength: 3,
  },
);

test('the argument for grubby stays one argument, with any character in the parameter', (t) => {
  fc.assert(
    fc.property(values, (given) => {
      const words = given.map((value) => `a.b=${value}`);
      const [command = ''] = adviseBoot(centos, words).add;
      const printed = execFileSync('sh', ['-c', `grubby() { printf '%s\\n' "$@"; }; ${command}`]).toString();
      t.is(printed, `--update-kernel=ALL\n--args=${words.join(' ')}\n`);
    }),
    { numRuns: 40 },
  );
});

test('what is printed for /etc/default/grub adds the words and takes them away again, and runs nothing', (t) => {
  const file = path.join(scratch(t), 'grub');
  const before = 'GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX="quiet a.b=x"\n';
  fc.assert(
    fc.property(values, (given) => {
      const words = given.map((value) => `a.b=${value}`);
      const { add, remove } = adviseBoot(debian, words);
      const run = (command = '') => execFileSync('sh', ['-c', command.replace('/etc/default/grub', file)]);
      writeFileSync(file, before);
      run(add[0]);
      const shown = execFileSync('sh', ['-c', `. ${file}; printf '%s' "$GRUB_CMDLINE_LINUX"`]).toString();
      t.is(shown, `${words.join(' ')} quiet a.b=x`);
      run(remove[0]);
      t.is(readFileSync(file, 'utf8'), before);
    }),
    { numRuns: 25 },
  );
});

test('any text is a parameter or refused in one line', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      try {
        t.regex(bootWord(text), /^[\x20-\x7e]+$/);
      } catch (error) {
        t.regex(error instanceof Error ? error.message : '', /^.* is no boot parameter: .*$/s);
      }
    }),
    { numRuns: 2000 },
  );
});
