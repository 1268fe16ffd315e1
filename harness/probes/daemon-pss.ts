import { granularities } from '../judge/granularity.ts';
import type { Probe } from './probe.ts';
import { readUses } from './process-use.ts';

/** The proportional set size of dockerd: another dockerd on the same files makes it fall, so it is shown, and decides nothing. */
export const daemonPss: Probe = {
  name: 'dockerd PSS',
  metrics: [{ metric: 'pss', unit: 'bytes', granularity: granularities.rss, optional: true }],
  // The cost of a reading: see readUses.
  async read(target): Promise<Record<string, number>> {
    const [use] = await readUses(target, 'dockerd', [target.daemon.pid]);
    return use?.pss === undefined ? {} : { pss: use.pss };
  },
};
