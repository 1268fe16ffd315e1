import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineKind } from '../../harness/machines/shared/kind.ts';
import type { Scenario } from '../../harness/run/scenario.ts';
import type { Registries } from '../../harness/fleet/worker/try-here.ts';
import { fakeKind } from './fake-machine.ts';
import { fakeScenario } from './fake-scenario.ts';

/** Cells that come to every end there is, each by its mood; `endless` ones end with their run, and `fatal` ones take their process along. */
export const moody: Scenario = fakeScenario({
  name: 'moody',
  needs: [],
  factors: [
    { name: 'mood', levels: ['good', 'angry', 'endless', 'fatal'], defaults: ['good'] },
    { name: 'number', levels: Array.from({ length: 200 }, (_, i) => `${i}`) },
  ],
  async run({ cell, phase }) {
    return phase('containers', { activity: 'reading-containers' }, async () => {
      const mood = cell['mood'] ?? '';
      if (mood === 'angry') throw new Error('the cell is angry');
      if (mood === 'fatal') process.kill(process.pid, 'SIGKILL');
      if (mood === 'endless') await new Promise(() => {});
      if (/^\d+ms$/.test(mood)) await sleep(Number.parseInt(mood, 10));
      return { saw: mood };
    });
  },
});

/** A kind of machine of which ten fit onto any host. */
export function moodyKind(): MachineKind {
  return { ...fakeKind(), jobs: () => 10 };
}

/** What a worker of fakes looks cells up by. */
export const moodyRegistries: Registries = { scenarios: [moody], kinds: [moodyKind()] };
