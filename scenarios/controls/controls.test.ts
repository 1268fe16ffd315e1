import test from 'ava';
import { controlScenarioOf, leakControls } from './controls.ts';
import { statsLeak } from '../stats-leak/scenario.ts';

const planted = { control: 'planted leak', client: 'agent-1.20' };
const clean = { control: 'clean run', collector: 'healthy', client: 'agent-1.20' };

const plants = test.macro({
  exec(t, daemons: string[], scenario: string, daemon: string, note?: string) {
    const [leak, control] = leakControls(daemons, statsLeak);
    t.is(leak?.scenario.name, scenario);
    const collector = scenario === 'collector-stall' ? { collector: 'stalled' } : {};
    t.deepEqual(leak?.cell, { ...planted, daemon, ...collector });
    t.is(leak?.note, note);
    t.is(control?.scenario.name, 'collector-stall');
    t.deepEqual(control?.cell, { ...clean, daemon });
    t.is(control?.note, undefined);
    t.is(leak && controlScenarioOf(leak.cell), leak?.scenario.name);
    t.is(control && controlScenarioOf(control.cell), control?.scenario.name);
  },
  title: (_, daemons: string[]) => `the controls of a run on ${daemons.join(', ')}`,
});

const replaced = (daemon: string) =>
  `as ${daemon} does not stay stalled: dockerd asks its containerd for its health, kills it at the third failure in a row ` +
  '(3 s each), and starts another: the calls that waited are answered then.';

test(plants, ['20.10.24'], 'collector-stall', '20.10.24');
test(plants, ['1.12.6'], 'collector-stall', '1.12.6');
test(
  plants,
  ['1.13.1'],
  'stats-leak',
  '1.13.1',
  `the controls of this run plant their leak in 1.13.1 by a lost namespace, ${replaced('1.13.1')}`,
);
test(
  plants,
  ['1.13.1', '26.1.5'],
  'collector-stall',
  '26.1.5',
  `the controls of this run plant their leak in 26.1.5 by a stalled collector, ${replaced('1.13.1')}`,
);
test(
  plants,
  ['17.09.0'],
  'collector-stall',
  '20.10.24',
  `the controls of this run plant their leak in 20.10.24 by a stalled collector, ${replaced('17.09.0')}`,
);
test(
  plants,
  ['17.06.0-dev@build'],
  'collector-stall',
  '20.10.24',
  'the controls of this run plant their leak in 20.10.24 by a stalled collector, as what 17.06.0-dev@build does about a stopped containerd is not known yet.',
);
test(
  plants,
  ['replica 1.13.1'],
  'collector-stall',
  '20.10.24',
  'the controls of this run plant their leak in 20.10.24 by a stalled collector, as a replica has no containerd to stop and no Go runtime to read.',
);
