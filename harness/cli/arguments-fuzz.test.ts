import { InvalidArgumentError } from 'commander';
import test from 'ava';
import * as fc from 'fast-check';
import { fakeScenario } from '../../test/support/fake-scenario.ts';
import { scratch } from '../../test/support/scratch.ts';
import { netnsRestore } from '../../scenarios/netns-restore/scenario.ts';
import { fetchKernel } from '../fetch/kernel.ts';
import { LabError, UsageError } from '../core/errors.ts';
import { cellsOf, parseSelection } from '../core/cell.ts';
import { daemonLevels } from '../run/daemon-levels.ts';
import { parseSizes } from '../run/sizes.ts';
import { openSource } from '../run/source.ts';
import { wholeNumber } from '../core/whole-number.ts';
import { filePath, gatherWords, positive } from './options.ts';

/** Hostile arguments: any characters, and near misses of valid arguments, which get further into a parser. */
const word = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(...'mountFlags=slave,unset,calls=0123456789xe+-. \n\0'.split('')), maxLength: 40 }),
  fc.constantFrom(
    'constructor=1',
    '__proto__=1',
    'mountFlags=toString',
    'calls=1e3',
    'calls=60,calls=60',
    'replica+valueOf',
  ),
);

/** A result, or an error that reports what is wrong with the arguments. */
function endsWell(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (error) {
    return error instanceof UsageError || error instanceof InvalidArgumentError;
  }
}

test('any words as an option', (t) => {
  const scenario = fakeScenario({ sizes: { calls: { usual: 3000, least: 60 } } });
  const parsers: ((text: string) => unknown)[] = [
    (text) => parseSizes([text], scenario),
    (text) => cellsOf(netnsRestore.factors, parseSelection([text], netnsRestore.factors), new Map()),
    (text) => positive(1000)(text),
    (text) => gatherWords(text, []),
    (text) => filePath(text),
  ];
  fc.assert(
    fc.property(word, (text) => parsers.every((parse) => endsWell(() => parse(text)))),
    { numRuns: 10_000 },
  );
  t.pass();
});

test('a number is accepted only in its usual spelling', (t) => {
  const bounds = { least: 0, most: 1e9 };
  fc.assert(
    fc.property(word, fc.nat(1e9), (text, number) => {
      const read = wholeNumber(text, bounds);
      return (read === undefined || `${read}` === text) && wholeNumber(`${number}`, bounds) === number;
    }),
    { numRuns: 10_000 },
  );
  t.pass();
});

test('any words as a daemon or a kernel', async (t) => {
  t.timeout(3 * 60_000);
  const cache = scratch(t);
  const source = openSource(cache, new AbortController().signal, { fetching: () => {}, fetched: () => {} });
  const nowhere = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((text) => !/^[./\s]*$/.test(text));
  const told = (error: unknown) => error instanceof UsageError || error instanceof LabError;
  await fc.assert(
    fc.asyncProperty(nowhere, async (text) => {
      for (const spec of [text, `replica+${text}`]) {
        await daemonLevels([spec], source).catch((error: unknown) => t.true(told(error), String(error)));
      }
      await fetchKernel(text, { cache, progress: () => {} }).catch((error: unknown) =>
        t.true(told(error), String(error)),
      );
    }),
    { numRuns: 300 },
  );
});
