import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { scratch } from '../support/scratch.ts';
import { copies, directories, files, leaks, readers, secret } from './copies.ts';
import { tryAll, type Input } from './try-all.ts';

/** Things that may be in the place of a run's file. */
const substitutes: Record<string, (file: string, outside: string) => void> = {
  'a link to a file': (file, outside) => symlinkSync(path.join(outside, 'secret'), file),
  'a link to nowhere': (file) => symlinkSync('/nowhere/at/all', file),
  'a link to a directory': (file, outside) => symlinkSync(outside, file),
  'a pipe': (file) => void execFileSync('mkfifo', [file]),
  'a device': (file) => void execFileSync('mknod', [file, 'c', '1', '5']),
  'a directory': (file) => mkdirSync(file),
};

test.serial('links, pipes, devices and directories in the place of what a run has', async (t) => {
  const make = await copies(t);
  const outside = scratch(t);
  writeFileSync(path.join(outside, 'secret'), `${secret}\n`);
  const inputs: Input[] = [];
  for (const name of [...files, ...directories]) {
    for (const [what, put] of Object.entries(substitutes)) {
      for (const words of readers) {
        const place = make();
        inputs.push({
          name: `${name} is ${what}: ${words.join(' ')}`,
          words: [...words, '--out', place.results],
          prepare() {
            rmSync(place.file(name), { recursive: true });
            put(place.file(name), outside);
          },
          clean: () => rmSync(place.results, { recursive: true, force: true }),
          wrong: (ended) => leaks(place, ended),
        });
      }
    }
  }
  await tryAll(t, 'links and special files', inputs);
});
