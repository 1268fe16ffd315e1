import test from 'ava';
import { zeroTime } from './clock.ts';
import { Collector, NotFound, NotRunning, type Read } from './collector.ts';
import type { Fix } from '../../../vms/replica/fixes.ts';
import { createLog } from './log.ts';
import { emptyFrame } from './stats-frame.ts';

const lost: Read = () => {
  throw new NotFound(`sandbox ${'6'.repeat(64)} not found`);
};
const stopped: Read = () => {
  throw new NotRunning();
};
const broken: Read = () => {
  throw new Error('EMFILE: too many open files');
};
const healthy: Read = () => ({ ...emptyFrame(), read: '2026-11-22T04:34:54.296896311Z' });

/** A container with two subscribers, after three ticks: how many frames each has, and what was logged. */
function afterThreeTicks(read: Read, ...fixes: Fix[]): { frames: number[]; log: string[] } {
  const log: string[] = [];
  const write = (line: string) => log.push(/msg="(.*)" $/m.exec(line)?.[1] ?? line);
  const collector = new Collector(read, createLog(true, write), new Set(fixes));
  const channels = [collector.subscribe('c1'), collector.subscribe('c1')];
  for (let tick = 0; tick < 3; tick++) collector.tick();
  return { frames: channels.map(({ length }) => length), log };
}

const lostLine = `collecting stats for c1: sandbox ${'6'.repeat(64)} not found`;
const brokenLine = 'collecting stats for c1: EMFILE: too many open files';
const lines = (line: string) => [line, line, line];

test('a healthy container: a frame a tick for each subscriber', (t) => {
  t.deepEqual(afterThreeTicks(healthy), { frames: [3, 3], log: [] });
});

test('a lost sandbox: no frame, and one line a tick however many subscribers', (t) => {
  t.deepEqual(afterThreeTicks(lost), { frames: [0, 0], log: lines(lostLine) });
});

test('a stopped container: no frame and no line', (t) => {
  t.deepEqual(afterThreeTicks(stopped), { frames: [0, 0], log: [] });
});

test('publish-empty-when-not-found: frames, and no line; other errors stay as they are', (t) => {
  const fix = 'publish-empty-when-not-found';
  t.deepEqual(afterThreeTicks(lost, fix), { frames: [3, 3], log: [] });
  t.deepEqual(afterThreeTicks(stopped, fix), { frames: [3, 3], log: [] });
  t.deepEqual(afterThreeTicks(broken, fix), { frames: [0, 0], log: lines(brokenLine) });
});

test('publish-on-every-error: frames, and the lines stay', (t) => {
  const fix = 'publish-on-every-error';
  t.deepEqual(afterThreeTicks(lost, fix), { frames: [3, 3], log: lines(lostLine) });
  t.deepEqual(afterThreeTicks(broken, fix), { frames: [3, 3], log: lines(brokenLine) });
  t.deepEqual(afterThreeTicks(stopped, fix), { frames: [0, 0], log: [] });
});

test('both fixes, as 19.03 has them', (t) => {
  const both = ['publish-empty-when-not-found', 'publish-on-every-error'] as const;
  t.deepEqual(afterThreeTicks(lost, ...both), { frames: [3, 3], log: [] });
  t.deepEqual(afterThreeTicks(broken, ...both), { frames: [3, 3], log: lines(brokenLine) });
});

test('a container without subscribers is not asked for', (t) => {
  const asked: string[] = [];
  const read: Read = (container) => {
    asked.push(container);
    return emptyFrame();
  };
  const collector = new Collector(
    read,
    createLog(true, () => {}),
  );
  const channel = collector.subscribe('c1');
  collector.tick();
  collector.unsubscribe('c1', channel);
  collector.tick();
  t.deepEqual(asked, ['c1']);
});

test('a frame that is published empty has the zero time', async (t) => {
  const collector = new Collector(
    lost,
    createLog(false, () => {}),
    new Set<Fix>(['publish-on-every-error']),
  );
  const channel = collector.subscribe('c1');
  collector.tick();
  t.is((await channel.receive())?.read, zeroTime);
});

test('removing a container ends its calls', async (t) => {
  const collector = new Collector(
    lost,
    createLog(false, () => {}),
  );
  const waiting = collector.subscribe('c1').receive();
  collector.stopCollection('c1');
  t.is(await waiting, undefined);
});
