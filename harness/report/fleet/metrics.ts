import { Gauge, Registry } from 'prom-client';
import type { FleetDispatcher } from '../../fleet/coordinator/dispatcher.ts';
import type { QueueLength } from '../../fleet/queue-lengths.ts';

/** The figures of a fleet for Prometheus: everything is read when it is asked for. */
export function metricsOf(fleet: FleetDispatcher, lengths: () => Promise<QueueLength[]>): Registry {
  const register = new Registry();
  const gauge = (name: string, help: string, labelNames: string[], collect: (own: Gauge) => void | Promise<void>) =>
    new Gauge({
      name: `leaklab_fleet_${name}`,
      help,
      labelNames,
      registers: [register],
      async collect() {
        this.reset();
        await collect(this);
      },
    });
  gauge('cells', 'Tries of cells of this run, by what became of them.', ['state'], (own) => {
    for (const [state, value] of Object.entries(fleet.counts)) own.set({ state }, value);
  });
  gauge('queue_cells', 'Cells in a queue of this run.', ['machine', 'daemon', 'kernel', 'state'], async (own) => {
    for (const { session, needs, waiting, running } of await lengths()) {
      if (session !== fleet.session) continue;
      const { machine, daemon = '', kernel = '' } = needs;
      own.set({ machine, daemon, kernel, state: 'waiting' }, waiting);
      own.set({ machine, daemon, kernel, state: 'running' }, running);
    }
  });
  gauge('host_cells', 'Cells that run on a host.', ['host', 'state'], (own) => {
    for (const { name, state, running } of fleet.hosts.values()) own.set({ host: name, state }, running.length);
  });
  gauge('host_beat_seconds', 'Seconds since the last heartbeat of a host.', ['host'], (own) => {
    for (const { name, beatAt } of fleet.hosts.values())
      own.set({ host: name }, (Date.now() - Date.parse(beatAt)) / 1000);
  });
  gauge('host_canary_good', 'Whether the last canary of a host was good.', ['host'], (own) => {
    for (const { name, canary } of fleet.hosts.values()) if (canary) own.set({ host: name }, canary.good ? 1 : 0);
  });
  return register;
}
