import test from 'ava';
import { onInterrupt } from './interrupt.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const interrupts = test.macro({
  exec(t, name: (typeof signals)[number], code: number) {
    using interrupt = onInterrupt();
    t.false(interrupt.signal.aborted);
    t.is(interrupt.exitCode, undefined);
    process.emit(name, name);
    t.true(interrupt.signal.aborted);
    t.deepEqual(interrupt.signal.reason, new Error(`interrupted by ${name}`));
    t.is(interrupt.exitCode, code);
  },
  title: (_, name: string) => `${name} ends the run`,
});

// They share the process's signals.
test.serial(interrupts, 'SIGINT', 130);
test.serial(interrupts, 'SIGTERM', 143);
test.serial(interrupts, 'SIGHUP', 129);

test.serial('a signal that the run waits for does not end the run, the next one does', async (t) => {
  using interrupt = onInterrupt();
  const waiting = [interrupt.nextSignal(), interrupt.nextSignal()];
  process.emit('SIGINT', 'SIGINT');
  await Promise.all(waiting);
  t.false(interrupt.signal.aborted);
  t.is(interrupt.exitCode, undefined);
  process.emit('SIGTERM', 'SIGTERM');
  t.true(interrupt.signal.aborted);
  t.is(interrupt.exitCode, 143);
});

test.serial('the first reason stays, the last code counts', (t) => {
  using interrupt = onInterrupt();
  process.emit('SIGINT', 'SIGINT');
  process.emit('SIGTERM', 'SIGTERM');
  t.deepEqual(interrupt.signal.reason, new Error('interrupted by SIGINT'));
  t.is(interrupt.exitCode, 143);
});

test.serial('disposed, it leaves the signals to their earlier handlers', (t) => {
  const before = signals.map((name) => process.listenerCount(name));
  {
    using interrupt = onInterrupt();
    t.false(interrupt.signal.aborted);
    t.deepEqual(
      signals.map((name) => process.listenerCount(name)),
      before.map((count) => count + 1),
    );
  }
  t.deepEqual(
    signals.map((name) => process.listenerCount(name)),
    before,
  );
});
