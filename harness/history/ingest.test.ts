import { rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { cellHash } from '../core/cell.ts';
import { openHistory } from './history.ts';
import { makeRun } from './testing/stored.ts';

test('a run that is gone goes, one that has not ended is read again, one that cannot be read is told', async (t) => {
  const results = scratch(t);
  const levels = { daemon: '1.13.1', mood: 'good' };
  const running = await makeRun(results, 'fake', '2026-11-01T02:00:00.000Z', [{ levels }], { state: 'running' });
  const whole = await makeRun(results, 'fake', '2026-11-02T02:00:00.000Z', [{ levels, outcome: 'as-expected' }]);
  const last = async () => {
    using history = await openHistory(results);
    const [cell] = history.cell('fake', cellHash(levels));
    const entries = cell?.entries.map(({ column, tries: [{ outcome }] }) => `${column} ${outcome}`);
    return { entries, unreadable: history.unreadable };
  };
  const good = `${whole} as-expected`;
  t.deepEqual(await last(), { entries: [`${running} not-finished`, good], unreadable: [] });
  const verdict = path.join('cells', 'daemon=1.13.1,mood=good', 'verdict.json');
  await writeFile(path.join(results, running, verdict), await readFile(path.join(results, whole, verdict)));
  t.deepEqual(await last(), { entries: [`${running} as-expected`, good], unreadable: [] });
  await writeFile(path.join(results, running, 'run.json'), '{');
  const { entries, unreadable } = await last();
  t.deepEqual(entries, [good]);
  t.deepEqual(
    unreadable.map(({ directory, why }) => [directory, why.split('\n')[0]]),
    [
      [
        running,
        `reading ${path.join(results, running, 'run.json')}: Expected property name or '}' in JSON at position 1 (line 1 column 2)`,
      ],
    ],
  );
  rmSync(path.join(results, whole), { recursive: true });
  t.deepEqual((await last()).entries, undefined);
});
