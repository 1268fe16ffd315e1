import test from 'ava';
import type { CellContext } from './cell-context.ts';
import { applyDoses, readIdle, type Apply } from './doses.ts';
import type { Recorder } from './recorder.ts';

/** The course of the cell, in order: phases as they begin, events, and the doses at which it is read. */
function watched() {
  const seen: unknown[] = [];
  const context: Pick<CellContext, 'event' | 'phase'> = {
    event: (event) => void seen.push(event),
    phase(share, activity, work) {
      seen.push([share, activity]);
      return work();
    },
  };
  const recorder: Recorder = { read: (dose) => Promise.resolve({ fds: 30 + dose }), series: () => [], costs: () => [] };
  return { seen, context, recorder };
}

test('what is missing to a dose is applied, then it is read; of no dose nothing is applied', async (t) => {
  const { seen, context, recorder } = watched();
  const apply: Apply = async (more, dose) => void seen.push(`${more} more to ${dose}`);
  t.deepEqual(await applyDoses(context, recorder, [0, 10, 30], 'calls', apply), [
    { fds: 30 },
    { fds: 40 },
    { fds: 60 },
  ]);
  t.deepEqual(seen, [
    ['harness', { activity: 'reading', dose: 0, unit: 'calls' }],
    { code: 'reading', dose: 0, values: { fds: 30 } },
    '10 more to 10',
    ['harness', { activity: 'reading', dose: 10, unit: 'calls' }],
    { code: 'reading', dose: 10, values: { fds: 40 } },
    '20 more to 30',
    ['harness', { activity: 'reading', dose: 30, unit: 'calls' }],
    { code: 'reading', dose: 30, values: { fds: 60 } },
  ]);
});

test('a dose that cannot be applied whole is read at what it came to, and is the last', async (t) => {
  const { seen, context, recorder } = watched();
  const applied = [10, 5];
  const readings = await applyDoses(context, recorder, [0, 10, 30, 50], 'cgroups', () =>
    Promise.resolve(applied.shift()),
  );
  t.deepEqual(readings, [{ fds: 30 }, { fds: 40 }, { fds: 45 }]);
  t.deepEqual(seen.at(-2), ['harness', { activity: 'reading', dose: 15, unit: 'cgroups' }]);
});

test('work that fails ends the schedule', async (t) => {
  const { seen, context, recorder } = watched();
  const gone = () => Promise.reject(new Error('the daemon is gone'));
  await t.throwsAsync(applyDoses(context, recorder, [0, 10], 'calls', gone), { message: 'the daemon is gone' });
  t.is(seen.length, 2, 'the idle reading');
});

test('an idle subject is read as often, and nothing is applied', async (t) => {
  const { seen, context, recorder } = watched();
  await readIdle(context, recorder, [0, 10]);
  t.deepEqual(seen, [
    { code: 'idle-reading', values: { fds: 30 } },
    { code: 'idle-reading', values: { fds: 40 } },
  ]);
});
