import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { countTicks, type TickCounter } from '../../harness/clients/tick-counter.ts';
import { importImage, runContainer, type Container } from '../../harness/daemons/containers.ts';
import { startDockerd, type Dockerd } from '../../harness/daemons/dockerd.ts';
import { replicaBuild, type ReplicaOptions } from '../../harness/daemons/replica/build.ts';
import { openLocalMachine } from '../../harness/machines/local/local.ts';
import type { Budget } from '../../harness/machine/contract.ts';
import { quietly } from '../../harness/fetch/cache.ts';
import { scratch } from './scratch.ts';

/** The budget of a cell with a replica: more than it ever needed in measurements. */
export const replicaBudget: Budget = { memoryBytes: 1 << 30, diskBytes: 256 << 20, seconds: 120 };

/** A replica that was restarted under slave: `lost` runs on without its namespace. */
export class RestartedReplica implements AsyncDisposable {
  readonly daemon: Dockerd;
  readonly lost: Container;
  /** Of a container that was started after the restart, and whose namespace is in order. */
  readonly counter: TickCounter;
  #log: string;
  #held: AsyncDisposableStack;

  private constructor(daemon: Dockerd, lost: Container, counter: TickCounter, log: string, held: AsyncDisposableStack) {
    this.daemon = daemon;
    this.lost = lost;
    this.counter = counter;
    this.#log = log;
    this.#held = held;
  }

  static async open(t: ExecutionContext, options: ReplicaOptions = {}): Promise<RestartedReplica> {
    await using held = new AsyncDisposableStack();
    const build = await replicaBuild(quietly(), options);
    const machine = held.use(await openLocalMachine(build, replicaBudget));
    const log = path.join(scratch(t), 'dockerd.log');
    const unit = { systemd: '219', mountFlags: 'slave', liveRestore: true, log } as const;
    const first = await startDockerd(machine, build, unit);
    await importImage(machine, first.engine);
    const lost = await runContainer(machine, first.engine, 'lost');
    await first.stop();
    const daemon = await startDockerd(machine, build, unit);
    const healthy = await runContainer(machine, daemon.engine, 'healthy');
    const counter = held.use(await countTicks(daemon.connect, healthy.id));
    await counter.reached(1);
    return new RestartedReplica(daemon, lost, counter, log, held.move());
  }

  /** Its log, of both starts. */
  log(): string {
    return readFileSync(this.#log, 'utf8');
  }

  /** The number of its open files, as it reports. */
  async descriptors(): Promise<number> {
    const { NFd }: { NFd: number } = await this.daemon.engine.info();
    return NFd;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#held.disposeAsync();
  }
}
