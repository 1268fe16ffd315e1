import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { Call, type CallEvents } from './call.ts';
import { serialLimits } from './limits.ts';
import { orderToRun } from './program.ts';
import { talkToProgram } from './talking.ts';

/** A channel whose guest is the test: it sends any frame, and sees the frames it gets. */
function fakeChannel() {
  const sent: [type: string, part: number, payload: string][] = [];
  const guest: { events?: CallEvents; opened?: unknown[] } = {};
  const channel = {
    open(order: 'R', flags: number, payload: Buffer, events: CallEvents): Call {
      guest.events = events;
      guest.opened = [order, flags, payload];
      const call: Call = new Call(events, serialLimits, {
        send: (type, part, bytes) => void sent.push([type, part, bytes.toString(type === 'D' ? 'utf8' : 'hex')]),
        pump: () => void (call.sendSome(100) && call.sendSome(100)),
        close: () => void sent.push(['closed', 0, '']),
      });
      return call;
    },
  };
  return { channel, sent, guest };
}

test('a program that is talked to: what it is told, what it says, and its end after that', async (t) => {
  const { channel, sent, guest } = fakeChannel();
  const started = talkToProgram(channel, ['node', 'main.ts']);
  t.deepEqual(guest.opened, ['R', 0, orderToRun(['node', 'main.ts'])]);
  guest.events?.started?.(42);
  const { pid, stdin, stdout, stderr, exited } = await started;
  t.is(pid, 42);
  stdin.write('order\n');
  stdin.end();
  t.deepEqual(sent.splice(0), [
    ['D', 0, 'order\n'],
    ['E', 0, ''],
  ]);
  const said: Promise<string[]>[] = [stdout, stderr].map((stream) => stream.setEncoding('utf8').toArray());
  guest.events?.data?.(1, Buffer.from('report\n'));
  guest.events?.quit?.(3 << 8);
  guest.events?.data?.(2, Buffer.from('last words\n'));
  guest.events?.end?.(1);
  let over = false;
  void exited.then(() => (over = true));
  await nextTurn();
  t.false(over, 'something may still come');
  guest.events?.end?.(2);
  t.deepEqual(await exited, { exitCode: 3 });
  t.deepEqual(await Promise.all(said), [['report\n'], ['last words\n']]);
  t.deepEqual(sent, [
    ['G', 1, '00000007'],
    ['G', 2, '0000000b'],
    ['closed', 0, ''],
  ]);
});

test('a guest may send as much as was read', async (t) => {
  const { channel, sent, guest } = fakeChannel();
  const started = talkToProgram(channel, ['yes']);
  guest.events?.started?.(42);
  const { stdout } = await started;
  const chunk = Buffer.alloc(stdout.readableHighWaterMark);
  for (let count = 0; count < 3; count++) guest.events?.data?.(1, chunk);
  await nextTurn();
  const granted = () => sent.filter(([type]) => type === 'G').length;
  t.true(granted() < 3, 'nothing is read yet');
  stdout.resume();
  await nextTurn();
  t.is(granted(), 3);
});

test('killing, once; and a guest that is gone has killed all', async (t) => {
  const { channel, sent, guest } = fakeChannel();
  const started = talkToProgram(channel, ['node']);
  guest.events?.started?.(42);
  const program = await started;
  program.kill();
  t.deepEqual(sent.splice(0), [['K', 1, '00000009']]);
  guest.events?.failed(new Error('it was disposed'));
  t.deepEqual(await program.exited, { signal: 'SIGKILL' });
  t.deepEqual(await program.stdout.toArray(), []);
  program.kill();
  t.deepEqual(sent, []);
});

test('a guest that is gone before the program has begun', async (t) => {
  const { channel, guest } = fakeChannel();
  const started = talkToProgram(channel, ['node']);
  guest.events?.failed(new Error('it was disposed'));
  await t.throwsAsync(started, { message: 'it was disposed' });
});
