import { PassThrough, type Duplex } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { Channel } from './channel.ts';
import { encodeFrame, FrameReader, type Frame } from './frame.ts';
import { serialLimits } from './limits.ts';
import { runProgram } from './program.ts';

/** A guest whose every byte the test says itself. */
function fakeGuest(t: ExecutionContext) {
  const serial = new PassThrough();
  const sent: Frame[] = [];
  const reader = new FrameReader();
  serial.write = (bytes: Buffer) => {
    sent.push(...reader.read(bytes));
    return true;
  };
  const explain = (happened: string) => new Error(happened);
  const channel = new Channel({ lines: { serial, port: new PassThrough() }, explain });
  t.teardown(() => channel[Symbol.dispose]());
  let number = 0;
  const say = (type: string, payload: Buffer, call = 1, part = 0, line: Duplex = serial) =>
    void line.emit('data', encodeFrame({ number: number++, call, type, part, payload }));
  return { channel, sent, say, line: serial };
}

const uint32 = (value: number) => Buffer.from([0, 0, 0, 0].map((_, index) => (value >>> (24 - 8 * index)) & 255));
const dataBytes = (sent: Frame[]) =>
  sent.filter(({ type }) => type === 'D').reduce((sum, { payload }) => sum + payload.length, 0);

test('input waits for the window of the line and of its call', (t) => {
  const { channel, sent, say } = fakeGuest(t);
  const call = channel.open('R', 0, Buffer.alloc(0), { failed: () => {} });
  let taken = false;
  call.write(Buffer.alloc(100_000), () => (taken = true));
  t.true(dataBytes(sent) < serialLimits.window, 'the line has room for its window, headers included');
  const before = dataBytes(sent);
  say('A', uint32(sent.reduce((sum, { payload }) => sum + payload.length + 24, 0)), 0);
  t.is(dataBytes(sent), serialLimits.window, 'the rest of what the call may send');
  t.true(before < serialLimits.window);
  say('G', uint32(1000));
  t.is(dataBytes(sent), serialLimits.window + 1000);
  t.false(taken);
});

test('calls share a line frame by frame', (t) => {
  const { channel, sent, say } = fakeGuest(t);
  const calls = [1, 2].map(() => channel.open('R', 0, Buffer.alloc(0), { failed: () => {} }));
  for (const call of calls) call.write(Buffer.alloc(100_000), () => {});
  // The first has filled the line by itself; from here on both may send.
  say('G', uint32(50_000));
  say('A', uint32(sent.reduce((sum, { payload }) => sum + payload.length + 24, 0)), 0);
  const order = sent.filter(({ type }) => type === 'D').slice(-4);
  t.deepEqual(
    [1, 2].map((id) => order.filter(({ call }) => call === id).length),
    [2, 2],
  );
});

test('a frame that was lost on the way from the guest ends the channel', async (t) => {
  const { channel, say, line } = fakeGuest(t);
  const pending = runProgram(channel, ['true']);
  say('S', uint32(42));
  line.emit('data', Buffer.from('y\ny\n'));
  line.emit('data', encodeFrame({ number: 2, call: 1, type: 'Q', part: 0, payload: uint32(0) }));
  await t.throwsAsync(pending, {
    message: 'frame 1 from the guest was lost, frame 2 came; 4 bytes were no part of any frame',
  });
});

test('a guest that talks nonsense in whole frames fails, and nothing else does', async (t) => {
  const { channel, say } = fakeGuest(t);
  const pending = runProgram(channel, ['true']);
  say('Q', Buffer.from('x'));
  await t.throwsAsync(pending, { message: /^its frame 0 of type Q cannot be understood: / });
});

test('a greeting that lacks something is shown as it is', async (t) => {
  const { channel, say } = fakeGuest(t);
  say('H', Buffer.from('release=6.1\ncommandline=quiet\n'), 0);
  await t.throwsAsync(channel.greeting, {
    message: /expected: release, commandline, memory, cpus, cgroups and device/,
  });
});

test('what a call that was given up still says is dropped', (t) => {
  const { channel, say } = fakeGuest(t);
  const call = channel.open('C', 0, Buffer.from('/x'), {
    data: () => t.fail('it was given up'),
    failed: () => t.fail('it was given up'),
  });
  call.forget();
  say('D', Buffer.from('late'), 1, 1);
  say('E', Buffer.alloc(0), 1, 1);
  t.pass();
});

test('words that are too long are refused before they are sent', async (t) => {
  const { channel, sent } = fakeGuest(t);
  const error = await t.throwsAsync(runProgram(channel, ['echo', 'x'.repeat(70_000)]));
  t.true(error.message.startsWith('asking the guest for something: they have 70'));
  t.deepEqual(sent, []);
});
