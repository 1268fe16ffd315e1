import test from 'ava';
import { inWords } from '../../test/support/in-words.ts';
import { tryCell } from '../../test/support/try-cell.ts';
import { BootFailedError, LabError, NotApplicableError } from '../core/errors.ts';
import type { KernelTrouble } from '../machine/contract.ts';

const gone = { doing: 'talking to a micro VM', expected: 'it runs', happened: 'the guest ended or restarted' };
const fails = (failure: Error) => ({ run: () => Promise.reject(failure) });
const budget = { memoryBytes: 160 << 20, diskBytes: 0, seconds: 300 };

const panic: KernelTrouble = {
  kind: 'panic',
  line: '[  871.5] Kernel panic - not syncing: Fatal exception',
  console: 'RIP: 0010:mem_cgroup_css_offline+0x84/0x190\n[  871.5] Kernel panic - not syncing: Fatal exception',
};

test('a kernel that panics under the work is a finding about the kernel, with the lines of its console', async (t) => {
  const { outcome, failure, judgement } = await tryCell(t, fails(new LabError(gone)), { kernelTrouble: panic });
  t.deepEqual([outcome, failure], ['unexpected', undefined]);
  t.deepEqual(judgement && inWords(judgement), {
    observed: 'the kernel failed',
    expected: 'the kernel goes on',
    reason: 'running the cell on the kernel 3.10.0-1160.el7.x86_64: a kernel has to survive what its processes do',
    reference: 'none',
    checks: [
      {
        what: 'the kernel',
        observed:
          '[  871.5] Kernel panic - not syncing: Fatal exception; then: talking to a micro VM: the guest ended or restarted',
        expected: 'goes on',
        asExpected: false,
        evidence: panic.console.split('\n'),
      },
    ],
    bug: 'unknown',
  });
});

test('a kernel that runs out of memory under the work has reached a budget', async (t) => {
  const line = '[  640.1] Kernel panic - not syncing: Out of memory and no killable processes...';
  const kernelTrouble: KernelTrouble = { kind: 'out of memory', line, console: `memory-cgroups invoked it\n${line}` };
  const { outcome, failure } = await tryCell(t, { ...fails(new LabError(gone)), budget }, { kernelTrouble });
  t.is(outcome, 'inconclusive');
  t.is(
    failure,
    `running the cell on the kernel 3.10.0-1160.el7.x86_64: ${line}; then: talking to a micro VM: the guest ended or restarted
  expected: it stays within the 160 MiB of its machine
  evidence:
    memory-cgroups invoked it
    ${line}
  what you can do: the kernel itself may be what uses the memory: the readings until then are in the events; let the cell do less with --size`,
  );
});

test('a kernel that panics at a boot is an event of the infrastructure', async (t) => {
  const boot = new BootFailedError({
    doing: 'booting a micro VM',
    expected: 'the agent answers',
    happened: 'it ended',
  });
  t.is((await tryCell(t, fails(boot), { kernelTrouble: panic })).outcome, 'boot-failed');
});

test('a cell that does not apply, and one that fails without the kernel', async (t) => {
  const other = new NotApplicableError({ doing: 'looking', expected: 'two CPUs', happened: 'there is one' });
  t.is((await tryCell(t, fails(other), { kernelTrouble: panic })).outcome, 'not-applicable');
  t.is((await tryCell(t, fails(new LabError(gone)))).outcome, 'infra-failed');
});
