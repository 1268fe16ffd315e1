import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { scratch } from '../support/scratch.ts';
import { makeResults } from './results.ts';
import { tryAll, type Input } from './try-all.ts';

/** Arguments that are not positive integers. */
const numbers = [
  '0x10',
  '0X3',
  '0b11',
  '0o7',
  '1e9',
  '1e99',
  '1e1',
  '+3',
  '-1',
  '0',
  '00',
  '03',
  '3.0',
  '3.',
  '.5',
  ' 3',
  '3 ',
  '3\n',
  '',
  ' ',
];
const more = [
  '1_000',
  '1,000',
  '٣',
  '３',
  'NaN',
  'Infinity',
  '9007199254740993',
  '99999999999999999999',
  'null',
  '3n',
  '0x',
  '1/2',
];
const notNumbers = [...numbers, ...more];

/** Names that every object has. */
const inherited = [
  'constructor',
  'toString',
  '__proto__',
  'hasOwnProperty',
  'valueOf',
  'isPrototypeOf',
  '__defineGetter__',
];

const usage = { exits: [64] };

function input(words: string[], rest: Partial<Input> = usage): Input {
  return { name: words.join(' ').slice(0, 100), words, ...rest };
}

test.serial('numbers that are none', async (t) => {
  const out = scratch(t);
  await makeResults(out);
  const options: ((number: string) => string[])[] = [
    (number) => ['scenario', 'netns-restore', '--jobs', number],
    (number) => ['scenario', 'netns-restore', '--repeat', number],
    (number) => ['scenario', 'netns-restore', '--size', `containers=${number}`],
    (number) => ['matrix', '--jobs', number, '--list'],
    (number) => ['matrix', '--shard', `${number}/2`, '--list'],
    (number) => ['matrix', '--shard', `1/${number}`, '--list'],
    (number) => ['lab', 'report', '--nights', number, '--out', out],
    (number) => ['lab', 'prune', '--dry-run', '--keep-nights', number, '--out', out],
    (number) => ['lab', 'prune', '--dry-run', '--keep-days', number, '--out', out],
    (number) => ['lab', 'reduce', '--confirm', number, '--out', out],
  ];
  await tryAll(
    t,
    'numbers',
    options.flatMap((words) => notNumbers.map((number) => input(words(number)))),
  );
});

test.serial('names that every object has', async (t) => {
  const out = scratch(t);
  await makeResults(out);
  const places: ((name: string) => string[])[] = [
    (name) => ['scenario', name],
    (name) => ['scenario', 'netns-restore', '--machine', name],
    (name) => ['scenario', 'netns-restore', '--size', `${name}=5`],
    (name) => ['scenario', 'netns-restore', '--only', `${name}=5`],
    (name) => ['scenario', 'netns-restore', '--only', `mountFlags=${name}`],
    (name) => ['scenario', 'netns-restore', '--not', `mountFlags=${name}`],
    (name) => ['scenario', 'netns-restore', '--daemon', `replica+${name}`],
    (name) => ['scenario', 'netns-restore', '--daemon', name],
    (name) => ['scenario', 'kmem-slab', '--kernel', name],
    (name) => ['matrix', '--profile', name],
    (name) => ['matrix', '--only', `scenario=${name}`],
    (name) => ['lab', name],
    (name) => ['lab', 'show', name, '--out', out],
    (name) => ['lab', 'upstream', '--tracker', name, '--out', out],
    (name) => ['lab', 'upstream', '--cell', name, '--out', out],
    (name) => ['lab', 'compare', name, name, '--out', out],
    (name) => ['lab', 'reduce', '--cell', name, '--out', out],
  ];
  await tryAll(
    t,
    'names',
    places.flatMap((words) => inherited.map((name) => input(words(name)))),
  );
});

test.serial('options that say nothing, or have no effect', async (t) => {
  const out = scratch(t);
  await makeResults(out);
  const image = path.join(out, 'vmlinuz');
  writeFileSync(image, 'no kernel');
  mkdirSync(path.join(out, 'modules'));
  const inputs = [
    ...[
      'scenario netns-restore',
      'matrix',
      'lab show',
      'lab rejudge',
      'lab report',
      'lab merge x',
      'lab prune',
      'lab rebuild',
      'lab open',
      'lab reduce',
      'lab upstream',
      'lab compare a b',
    ].map((command) => [...command.split(' '), '--out', '']),
    ['lab', 'report', '--to', '', '--out', out],
    ['lab', 'upstream', '--to', '', '--out', out],
    ['lab', 'kernel', 'advise', '--os-release', '', 'a=b'],
    ['lab', 'compare', '--recorded', ''],
    ...['daemon', 'kernel', 'only', 'not', 'size'].flatMap((option) =>
      ['', ' ', ',', ',,'].map((value) => ['scenario', 'netns-restore', `--${option}`, value]),
    ),
    ['scenario', 'netns-restore', '--only', 'mountFlags=slave,'],
    ['scenario', 'netns-restore', '--only', ',mountFlags=slave'],
    ['scenario', 'netns-restore', '--only', 'mountFlags='],
    ['scenario', 'netns-restore', '--only', '=slave'],
    ['scenario', 'netns-restore', '--only', 'slave'],
    ['scenario', 'netns-restore', '--size', 'containers'],
    ['scenario', 'netns-restore', '--size', 'containers=1=2'],
    ['scenario', 'netns-restore', '--size', 'containers=1,containers=2'],
    ['scenario', 'netns-restore', '--jobs', '2', '--jobs', '3'],
    ['scenario', 'netns-restore', '--machine', 'local', '--machine', 'microvm'],
    ['scenario', 'netns-restore', '--kernel', '5.10'],
    ['scenario', 'netns-restore', '--machine', 'local', '--kernel', '6.1'],
    ...['kmem-slab', 'boot-parameter', 'memcg-ids'].map((name) => ['scenario', name, '--daemon', '20.10.24']),
    ...['/etc/passwd', `${out}/missing`, `${out}/modules`, '', `${out}/modules,x`].map((modules) => [
      'scenario',
      'kmem-slab',
      '--kernel',
      `${image},${modules}`,
    ]),
    ['scenario', '--list', 'netns-restore'],
    ['scenario', '--list', '--jobs', '3'],
    ['scenario', '--list', '--json'],
    ['scenario', '--list', '--only', 'mountFlags=slave'],
    ['matrix', '--list', '--resume'],
    ['matrix', '--list', '--shard', '1/2'],
    ['matrix', '--list', '--only', 'scenario=netns-restore'],
    ['matrix', '--shard', '3/2'],
    ['matrix', '--shard', '0/2'],
    ['matrix', '--shard', '1/2/3'],
    ['scenario', 'netns-restore', 'stats-leak'],
    ['scenario', 'netns-restore', '--daemon', 'replica+'],
    ['scenario', 'netns-restore', '--daemon', 'replica+publish-on-every-error+'],
    ['lab', 'show', ''],
    ['lab', 'rejudge', ''],
    ['lab', 'rejudge', '--all', 'one', '--out', out],
    ['lab', 'show', 'one', 'two', '--out', out],
    ['lab', 'compare', 'a', '--out', out],
    ['bench', '--cold', '--client'],
    ['bench', '--history', '--boot'],
    ['bench', '--boot', '--daemon', '20.10.24'],
  ];
  await tryAll(
    t,
    'options',
    inputs.map((words) => input(words)),
  );
});

test.serial('boot parameters that no command line can have', async (t) => {
  const words = [
    '',
    '=',
    '=x',
    ' ',
    'é',
    'a\nb',
    'a=b\nrm -rf /',
    'a\tb',
    'a\u001b[31m',
    'a=\u202e',
    'a=\u0007',
    '"',
    "'",
    'a b',
    '-x=1',
    '$(id)',
    '`id`',
    'a=é',
    ';reboot',
    'a;b',
  ];
  await tryAll(
    t,
    'boot parameters',
    words.flatMap((word) => [
      input(['lab', 'kernel', 'inspect', '6.1', '--', word], usage),
      input(['lab', 'kernel', 'advise', '--', word], usage),
    ]),
  );
});
