import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { scratch } from '../../../test/support/scratch.ts';
import type { Qemu } from '../../fetch/qemu.ts';
import { messageOf } from '../../core/errors.ts';
import type { CellEvent, EmitEvent } from '../../store/event.ts';
import { bootGuest } from './boot.ts';
import { Guest, usualLimits, type BootLimits } from './guest.ts';
import type { MemoryBound } from './memory-bound.ts';
import type { VmPlan } from './qemu-command.ts';

function boundOf(kills: number): MemoryBound {
  const mostBytes = 448 << 20;
  return {
    wrapper: [],
    mostBytes,
    kills: () => Promise.resolve(kills),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A script in the place of QEMU; `$CONSOLE` is where a guest's console would go. */
async function scripted(t: ExecutionContext, script: string): Promise<{ qemu: Qemu; plan: VmPlan }> {
  const console = path.join(scratch(t), 'console.log');
  return {
    qemu: { command: ['sh', '-c', script], environment: { CONSOLE: console }, version: 'none', origin: 'settings' },
    plan: {
      acceleration: 'tcg',
      kernel: '/vmlinux',
      initramfs: '/initramfs',
      parameters: ['nopti'],
      memoryBytes: 256 << 20,
      cpus: 1,
      drives: [],
      console,
    },
  };
}

async function failure(
  t: ExecutionContext,
  script: string,
  limits: BootLimits = usualLimits,
  kills = 0,
): Promise<string> {
  const { qemu, plan } = await scripted(t, script);
  await using guest = new Guest(qemu, plan, boundOf(kills));
  const error = await t.throwsAsync(guest.booted(limits));
  return `${error.name} ${messageOf(error).replace(plan.console, 'CONSOLE')}`;
}

const message = (happened: string, evidence: string) =>
  `BootFailedError booting a micro VM, tcg: console=ttyS0 panic=-1 quiet norandmaps nopti: ${happened}
  expected: the agent in it answers
  evidence:
    ${evidence}
  what you can do: the whole console is in CONSOLE`;

test('a QEMU that does not start says why', async (t) => {
  t.is(
    await failure(t, 'echo "qemu: cannot set up guest memory" >&2; exit 1'),
    message('QEMU exited with 1', '(the console is empty)\n    qemu: cannot set up guest memory'),
  );
});

test('a guest that panics at its boot', async (t) => {
  t.is(
    await failure(t, 'echo "[ 1.0] Kernel panic - not syncing: no init" >$CONSOLE'),
    message('the guest ended or restarted', '[ 1.0] Kernel panic - not syncing: no init'),
  );
});

test('a QEMU that is killed, for its memory or by another process', async (t) => {
  const happened = 'the kernel killed QEMU, which may use 448 MiB, for its memory';
  t.is(await failure(t, 'kill -KILL $$', usualLimits, 1), message(happened, '(the console is empty)'));
  t.is(await failure(t, 'kill -KILL $$'), message('QEMU was ended by SIGKILL', '(the console is empty)'));
});

test('a guest that shows nothing new, and one that shows ever the same', async (t) => {
  t.is(
    await failure(t, 'echo booting >$CONSOLE; exec sleep 600', { silence: 1000, total: 600_000 }),
    message('the console has shown nothing new for 1 s', 'booting'),
  );
  t.regex(
    await failure(t, 'while :; do echo again >>$CONSOLE; sleep 0.05; done', { silence: 600_000, total: 1000 }),
    /: it has not come up within 1 s\n/,
  );
});

test('a boot is tried three times, each told', async (t) => {
  const { qemu, plan } = await scripted(t, 'echo boot >>$CONSOLE; exit 1');
  const events: CellEvent[] = [];
  const event: EmitEvent = (told) => void events.push(told);
  const error = await t.throwsAsync(bootGuest(qemu, plan, boundOf(0), { event }));
  t.is(
    `${error.name} ${messageOf(error).replace(plan.console, 'CONSOLE')}`,
    message('QEMU exited with 1 (the last of 3 boots, and all failed)', 'boot'),
    'with the console of the last boot alone',
  );
  t.deepEqual(
    events.map(({ code, ...rest }) => [code, 'attempt' in rest && rest.attempt, 'of' in rest && rest.of]),
    [1, 2, 3].map((attempt) => ['boot-failed', attempt, 3]),
  );
});
