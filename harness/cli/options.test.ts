import { Command, InvalidArgumentError } from 'commander';
import test from 'ava';
import { gather, positive } from './options.ts';

const accepts = test.macro({
  exec(t, value: string, expected: number) {
    t.is(positive(value), expected);
  },
  title: (_, value: string) => `${value} is one`,
});

test(accepts, '1', 1);
test(accepts, '12', 12);

const refuses = test.macro({
  exec(t, value: string) {
    t.throws(() => positive(value), {
      instanceOf: InvalidArgumentError,
      message: 'It has to be a whole number from 1 on.',
    });
  },
  title: (_, value: string) => `"${value}" is none`,
});

for (const value of ['0', '-1', '1.5', '', ' ', 'two', '2x', 'NaN', 'Infinity']) test(refuses, value);

test('an option that may be given more than once, as the command line has it', (t) => {
  const command = new Command()
    .option('--only <k=v,…>', '', gather, [])
    .option('--not <k=v,…>', '', gather, [])
    .option('--jobs <n>', '', positive)
    .parse(['--only', 'a=b,c', '--jobs', '3', '--only', 'd=e'], { from: 'user' });
  t.deepEqual(command.opts(), { only: ['a=b,c', 'd=e'], not: [], jobs: 3 });
});
