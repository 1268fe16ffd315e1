import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { fakeMachine } from '../../test/support/fake-machine.ts';
import { scratch } from '../../test/support/scratch.ts';
import { tryLock } from '../fetch/lock.ts';
import { mostStarts, startInTurn } from './start-turns.ts';

test('a container of this kernel starts when no other process starts one; that of another kernel starts at once', async (t) => {
  const cache = scratch(t);
  process.env['DOCKERD_LEAK_LAB_CACHE'] = cache;
  mkdirSync(path.join(cache, 'locks'));
  const files = Array.from({ length: mostStarts }, (_, turn) => path.join(cache, `locks/container-start-${turn}.lock`));
  const others = await Promise.all(files.map((file) => tryLock(file)));
  t.true(others.every(Boolean));
  const started: string[] = [];
  const here = startInTurn(fakeMachine({ description: { kernel: os.release() } }), () =>
    Promise.resolve(started.push('here')),
  );
  await startInTurn(fakeMachine(), () => Promise.resolve(started.push('elsewhere')));
  for (const other of others) await other?.[Symbol.asyncDispose]();
  await here;
  t.deepEqual(started, ['elsewhere', 'here']);
});
