import { Socket } from 'node:net';
import type { Redis } from 'ioredis';
import { connectFleet } from '../fleet/connect.ts';
import type { BucketAddress } from '../fleet/handover/bucket.ts';
import { usualTimes } from '../fleet/times.ts';
import type { Dispatcher } from '../run/dispatcher.ts';
import { inProcess } from '../run/in-process.ts';
import { provenance } from '../run/provenance.ts';

/** The engine of a night. */
export interface Engine extends Dispatcher {
  /** Aborted when someone cancels the run from elsewhere. */
  readonly cancelled: AbortSignal;
}

/** The options of a night that are about its fleet. */
export interface FleetOptions {
  fleet?: string;
  results?: { host: string; port: number };
  bucket?: BucketAddress;
  page?: number;
}

/** The engine that the command line asks for: this process, or a fleet. */
export async function engineOf(
  { fleet: url, results, bucket, page }: FleetOptions,
  say: (line: string) => void,
): Promise<Engine> {
  const controller = new AbortController();
  if (url === undefined) return { ...inProcess(), cancelled: controller.signal };
  await using opened = new AsyncDisposableStack();
  const redis = opened.adopt(await connectFleet(url), (connection) => connection.disconnect());
  // BullMQ takes 30 MB, which a run of this process alone does not need.
  const { openFleet } = await import('../fleet/coordinator/dispatcher.ts');
  const { version, revision } = await provenance();
  const fleet = opened.use(
    await openFleet({
      redis,
      lab: { version, revision },
      times: usualTimes,
      results: results ?? { host: localAddressOf(redis), port: 0 },
      ...(bucket && { bucket }),
      say,
      onCancel: () => controller.abort(new Error('cancelled by lab fleet cancel')),
    }),
  );
  say(`the fleet has ${fleet.hosts.size} hosts: ${[...fleet.hosts.keys()].join(', ')}; this run is ${fleet.session}`);
  if (page !== undefined) {
    const { openFleetPage } = await import('../report/fleet/page.ts');
    opened.use(await openFleetPage({ port: page, redis, fleet }));
    say(`its page is http://127.0.0.1:${page}`);
  }
  const owned = opened.move();
  return {
    parts: fleet.parts,
    prepare: (kind) => fleet.prepare(kind),
    describe: (kind) => fleet.describe(kind),
    jobs: (kind, memoryBytes) => fleet.jobs(kind, memoryBytes),
    run: (plan, tries, record) => fleet.run(plan, tries, record),
    cancelled: controller.signal,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The address of this host that Redis sees: workers, which reach Redis, mostly reach it, too. */
function localAddressOf({ stream }: Redis): string {
  return (stream instanceof Socket && stream.localAddress) || '127.0.0.1';
}
