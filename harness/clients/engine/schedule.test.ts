import test from 'ava';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour } from '../common/behaviour.ts';
import type { Calls } from './calls.ts';
import { Schedule } from './schedule.ts';

/** Counts what the schedule asks of the calls. */
function counted() {
  const rounds: number[] = [];
  const givenUp: number[] = [];
  const calls: Pick<Calls, 'send' | 'giveUp'> = {
    send: (count) => {
      rounds.push(count);
      return Promise.resolve();
    },
    giveUp: (sentBefore) => void givenUp.push(sentBefore ?? 0),
  };
  return { rounds, givenUp, calls };
}

const behaviour: Behaviour = { name: 'test', summary: 'a test', call: 'non-stream', period: 0.02 };

test('a round every period, for as many periods as it was told', async (t) => {
  const { rounds, calls } = counted();
  const schedule = new Schedule(calls, behaviour);
  t.is(schedule.rounds, 0);
  schedule.begin(3, ['a', 'b']);
  t.deepEqual(rounds, [2]);
  await sleep(200);
  t.true(rounds.length >= 1 && rounds.length <= 3);
  t.is(schedule.rounds, rounds.length);
  const ended = rounds.length;
  await sleep(50);
  t.is(rounds.length, ended);
});

test('a behaviour that gives up does so after its own time, and one that never does, never', (t) => {
  const never = counted();
  const patient = new Schedule(never.calls, behaviour);
  patient.begin(1, ['a']);
  patient.giveUp();
  t.deepEqual(never.givenUp, []);
  const after = counted();
  const impatient = new Schedule(after.calls, { ...behaviour, givesUpAfter: 3, onGivingUp: 'closes' });
  impatient.giveUp();
  t.deepEqual(after.givenUp, []);
  impatient.begin(1, ['a']);
  const before = performance.now();
  impatient.giveUp();
  t.is(after.givenUp.length, 1);
  t.true(Math.abs((after.givenUp[0] ?? 0) - (before - 3000)) < 1000);
});
