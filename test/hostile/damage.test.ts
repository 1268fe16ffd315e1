import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { copies, files, readers } from './copies.ts';
import { tryAll, type Input } from './try-all.ts';

/** Damage to a file by a full disk, by a manual edit, or by an attacker. */
const damages: Record<string, (file: string) => void> = {
  'is empty': (file) => truncateSync(file, 0),
  'is half': (file) => truncateSync(file, Math.floor(statSync(file).size / 2)),
  'lacks its last byte': (file) => truncateSync(file, statSync(file).size - 1),
  'is gone': (file) => rmSync(file),
  'is no text': (file) => writeFileSync(file, Buffer.from([0xff, 0xfe, 0, 1, 2, 0x1f, 0x8b, 8, 0])),
  'is null': (file) => writeFileSync(file, 'null'),
  'is a list': (file) => writeFileSync(file, '[1,2,3]\n'),
  'is a number': (file) => writeFileSync(file, '1e999\n'),
  'is another object': (file) => writeFileSync(file, '{"schema":1}\n{"at":1}\n'),
  'is of the next version': (file) =>
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"schema": 1', '"schema": 2')),
  'is nested deeply': (file) => writeFileSync(file, '['.repeat(200_000)),
  'has a broken line': (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('\n', '\n{broken\n')),
  'is zeros': (file) => writeFileSync(file, Buffer.alloc(4096)),
  'is huge and sparse': (file) => truncateSync(file, 8 * 2 ** 30),
};

const damageReaders = readers.filter((one) => one[1] !== 'upstream');

test.serial('files of a run that are damaged', async (t) => {
  const make = await copies(t);
  const inputs: Input[] = [];
  for (const name of files) {
    for (const [what, damage] of Object.entries(damages)) {
      // They leave the run as it is: each reads the same damage.
      const place = make();
      for (const [index, words] of damageReaders.entries()) {
        inputs.push({
          name: `${name} ${what}: ${words.join(' ')}`,
          words: [...words, '--out', place.results],
          ...(index === 0 && { prepare: () => damage(place.file(name)) }),
          ...(index === damageReaders.length - 1 && {
            clean: () => rmSync(place.results, { recursive: true, force: true }),
          }),
          wrong: () =>
            words[1] === 'report' && !existsSync(path.join(place.results, 'report/index.html'))
              ? 'there are no pages'
              : undefined,
        });
      }
    }
  }
  await tryAll(t, 'damaged files', inputs);
});
