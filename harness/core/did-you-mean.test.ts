import test from 'ava';
import { UsageError } from './errors.ts';
import { didYouMean, named } from './did-you-mean.ts';

const suggests = test.macro({
  exec(t, word: string, known: string[], expected: string) {
    t.is(didYouMean(word, known), expected);
  },
  title: (_, word: string, known: string[]) => `"${word}" among ${known.join(', ') || 'nothing'}`,
});

const flags = ['shared', 'slave', 'private'];
const list = 'Known: shared, slave, private.';
test(suggests, 'slaves', flags, ` Did you mean "slave"? ${list}`);
test(suggests, 'SLAVE', flags, ` Did you mean "slave"? ${list}`);
test(suggests, 'pirvate', flags, ` Did you mean "private"? ${list}`);
test(suggests, 'shred', flags, ` Did you mean "shared"? ${list}`);
test(suggests, 'slots', flags, ` ${list}`);
test(suggests, 'x', flags, ` ${list}`);
test(suggests, 'offf', ['on', 'off'], ' Did you mean "off"? Known: on, off.');
test(suggests, 'livereStore', ['liveRestore'], ' Did you mean "liveRestore"? Known: liveRestore.');
test(suggests, 'anything', [], '');

const microvm = { name: 'microvm', cells: 2 };
const machines = [{ name: 'local', cells: 6 }, microvm];

test('the entry that has the name', (t) => {
  t.is(named('machine', 'microvm', machines), microvm);
});

test('no entry has the name', (t) => {
  t.throws(() => named('machine', 'locals', machines), {
    instanceOf: UsageError,
    message: 'There is no machine "locals". Did you mean "local"? Known: local, microvm.',
  });
});

test('there are no entries', (t) => {
  t.throws(() => named('scenario', 'netns', []), { instanceOf: UsageError, message: 'There is no scenario "netns".' });
});
