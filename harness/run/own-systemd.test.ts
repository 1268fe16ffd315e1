import test from 'ava';
import { fakeKind } from '../../test/support/fake-machine.ts';
import { tryCell } from '../../test/support/try-cell.ts';
import type { MachineKind } from '../machines/shared/kind.ts';
import type { Scenario } from './scenario.ts';
import type { RunsUnits } from '../machine/units.ts';

/** A kind whose machines have a systemd of their own. */
function withSystemd(systemd: number): MachineKind {
  const fake = fakeKind();
  const units: RunsUnits = { systemd, startUnit: () => Promise.reject(new Error('nothing is started here')) };
  return { ...fake, open: async (spec) => Object.assign(await fake.open(spec), units) };
}

/** A scenario about the systemd that its cell names. */
const about: Partial<Scenario> = { systemd: ({ systemd = '' }) => systemd };

test('a cell about another systemd than the machine’s own is not applicable', async (t) => {
  const other = await tryCell(t, about, {}, { kind: withSystemd(252), cell: { mood: 'good', systemd: '219' } });
  t.is(other.outcome, 'not-applicable');
  t.is(
    other.failure,
    [
      'looking at the cell: it has systemd 252, which applies MountFlags itself',
      '  expected: a machine with systemd 219',
      '  what you can do: take --only systemd=252, or another box with --kernel',
    ].join('\n'),
  );
});

test('one about its era is tried', async (t) => {
  for (const [version, era] of [
    [219, '219'],
    [241, '240'],
    [257, '252'],
  ] as const) {
    const { outcome } = await tryCell(
      t,
      about,
      {},
      { kind: withSystemd(version), cell: { mood: 'good', systemd: era } },
    );
    t.is(outcome, 'as-expected');
  }
});
