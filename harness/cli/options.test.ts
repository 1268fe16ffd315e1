import { Command, InvalidArgumentError } from 'commander';
import test from 'ava';
import { gatherWords, positive } from './options.ts';

const accepts = test.macro({
  exec(t, value: string, expected: number) {
    t.is(positive(99)(value), expected);
  },
  title: (_, value: string) => `${value} is one`,
});

test(accepts, '1', 1);
test(accepts, '12', 12);

const refuses = test.macro({
  exec(t, value: string) {
    t.throws(() => positive(99)(value), {
      instanceOf: InvalidArgumentError,
      message: 'It must be a positive integer, at most 99.',
    });
  },
  title: (_, value: string) => `"${value}" is none`,
});

for (const value of [
  '0',
  '-1',
  '1.5',
  '',
  ' ',
  'two',
  '2x',
  'NaN',
  'Infinity',
  '0x10',
  '1e1',
  '+3',
  '07',
  ' 3',
  '3\n',
  '100',
  '٣',
])
  test(refuses, value);

test('an option that may be given more than once, as the command line has it', (t) => {
  const command = new Command()
    .option('--only <k=v,…>', '', gatherWords, [])
    .option('--not <k=v,…>', '', gatherWords, [])
    .option('--jobs <n>', '', positive(99))
    .parse(['--only', 'a=b,c', '--jobs', '3', '--only', 'd=e'], { from: 'user' });
  t.deepEqual(command.opts(), { only: ['a=b,c', 'd=e'], not: [], jobs: 3 });
});
