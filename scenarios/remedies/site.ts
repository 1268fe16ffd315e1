import { z } from 'zod';
import { behaviourNamed, type Behaviour } from '../../harness/clients/common/behaviour.ts';
import { startClient, type Client } from '../../harness/clients/engine/client.ts';
import { callStats, statsCall } from '../../harness/clients/stats-call.ts';
import { countTicks, type TickCounter } from '../../harness/clients/tick-counter.ts';
import { readFacts, runContainer, type Container, type ContainerFacts } from '../../harness/daemons/containers.ts';
import type { Dockerd } from '../../harness/daemons/dockerd.ts';
import type { MountFlags } from '../../harness/core/mount-flags.ts';
import { makeUpgradeRoot } from '../../harness/daemons/upgrade.ts';
import { burstTicks } from '../../harness/dosing/answers.ts';
import { requireBeside, type StartsBeside } from '../../harness/machine/beside.ts';
import type { Machine } from '../../harness/machine/contract.ts';
import { connections } from '../../harness/probes/connections.ts';
import { netnsFile, probeNetnsFiles } from '../../harness/probes/netns-files.ts';
import { readOutput, type Target } from '../../harness/probes/probe.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import { loseNamespaces } from '../common/lost-namespaces.ts';
import { startUnit } from '../common/unit.ts';

/** The unit file's settings of dockerd, and the build of its packages. */
export interface Unit {
  mountFlags: MountFlags;
  build: 'installed' | 'companion';
}

const container = z.strictObject({
  name: z.string(),
  running: z.boolean(),
  /** Whether its process is still the one from before the daemon lost its namespace. */
  sameProcess: z.boolean(),
  address: z.string(),
  /** Whether the daemon has also given its address to another container. */
  sharesAddress: z.boolean(),
  reachesGateway: z.boolean(),
});

/** The state of the containers at one moment. */
export const look = z.strictObject({
  answers: z.array(statsCall),
  netnsFiles: z.array(netnsFile),
  containers: z.array(container),
  /** Ends of veth pairs on the host that no running container belongs to. */
  strayVeths: z.int(),
});
export type Look = z.infer<typeof look>;

/** Seconds, on a host, for containers to run again after a restart; what does not by then is observed as stopped. */
const settleLimit = 30;

/** A host whose dockerd has lost its containers' network namespaces, with an agent that asks it for stats. */
export class Site implements AsyncDisposable {
  readonly machine: Machine & StartsBeside;
  readonly containers: readonly Container[];
  /** The containers before the daemon lost them. */
  readonly before: readonly ContainerFacts[];
  daemon: Dockerd;
  client: Client;
  readonly #context: CellContext;
  readonly #unit: Unit = { mountFlags: 'slave', build: 'installed' };
  #upgradeRoot: string | undefined;
  #starts = 2;
  #controls = 0;

  private constructor(
    context: CellContext,
    machine: Machine & StartsBeside,
    daemon: Dockerd,
    containers: readonly Container[],
    before: readonly ContainerFacts[],
    client: Client,
  ) {
    this.#context = context;
    this.machine = machine;
    this.daemon = daemon;
    this.containers = containers;
    this.before = before;
    this.client = client;
  }

  static async open(context: CellContext, containerCount: number): Promise<Site> {
    const { machine } = context;
    requireBeside(machine);
    let before: ContainerFacts[] = [];
    const { daemon, containers } = await loseNamespaces(context, containerCount, async ({ engine }, running) => {
      before = await Promise.all(running.map((one) => readFacts(machine, engine, one)));
    });
    const client = await startClient(machine, daemon.socket, behaviourNamed('agent-1.20'));
    return new Site(context, machine, daemon, containers, before, client);
  }

  get target(): Target {
    return { machine: this.machine, daemon: this.daemon };
  }

  /** Stops the daemon, does something while it is down, and starts it as its unit says by then. */
  async restart(changes: Partial<Unit> = {}, whileDown: () => Promise<void> = async () => {}): Promise<void> {
    const { phase } = this.#context;
    await phase('dockerd starts and stops', 'stopping dockerd', this.daemon.stop);
    await whileDown();
    Object.assign(this.#unit, changes);
    this.daemon = await this.#start();
    await phase('dockerd starts and stops', 'waiting for the containers', () => this.#settle());
  }

  /** Ends the client, and puts another one in its place. */
  async replaceClient(behaviour: Behaviour): Promise<void> {
    await this.client[Symbol.asyncDispose]();
    this.client = await startClient(this.machine, this.daemon.socket, behaviour);
  }

  /** Runs something with the ticks of a container that is started for it, and whose namespace is in order. */
  async withTicks<T>(work: (counter: TickCounter, control: Container) => Promise<T>): Promise<T> {
    const { phase } = this.#context;
    const { engine, connect } = this.daemon;
    const name = `control${++this.#controls}`;
    const control = await phase('containers', `starting ${name}`, () => runContainer(engine, name));
    using counter = await countTicks(connect, control.id);
    await phase('dockerd ticks', 'waiting for the collector', () => counter.reached(1));
    return await work(counter, control);
  }

  /** Connections that clients hold; the harness's own are in another network namespace. */
  async heldConnections(): Promise<number> {
    return (await connections.read(this.target))['connections'] ?? 0;
  }

  /** Looks at the containers, and asks for the stats of each. */
  async look(counter: TickCounter): Promise<Look> {
    const { phase, event } = this.#context;
    const { engine, connect, pid } = this.daemon;
    const answers = await phase('dockerd ticks', 'asking each container once', () =>
      Promise.all(this.containers.map((one) => callStats(connect, one, counter, burstTicks))),
    );
    const read = (one: Container) => readFacts(this.machine, engine, one);
    const listed = await engine.listContainers();
    const [facts, others] = await phase('containers', 'reading the containers', async () => [
      await Promise.all(this.containers.map(read)),
      // The daemon's own records say nothing of the address that a lost container holds.
      await Promise.all(listed.map(({ Id }) => read({ name: Id, id: Id }))),
    ]);
    // A daemon that has lost a namespace may have forgotten its path as well.
    const paths = facts.map(({ netnsPath }, index) => netnsPath || (this.before[index]?.netnsPath ?? ''));
    const netnsFiles = await probeNetnsFiles(this.machine, pid, paths);
    const isShared = (address: string, id: string | undefined) =>
      others.some((other) => address !== '' && other.name !== id && other.address === address);
    const seen: Look = {
      answers,
      netnsFiles,
      containers: facts.map(({ name, running, pid: own, address, reachesGateway }, index) => ({
        name,
        running,
        sameProcess: own === this.before[index]?.pid,
        address,
        sharesAddress: isShared(address, this.containers[index]?.id),
        reachesGateway,
      })),
      strayVeths: (await this.#veths()) - listed.length,
    };
    event('look', { ...seen });
    return seen;
  }

  /** The mounts on the file of a container's namespace. */
  async netnsStateOf(path: string): Promise<Look['netnsFiles'][number]['state']> {
    const [file] = await probeNetnsFiles(this.machine, this.daemon.pid, [path]);
    return file?.state ?? 'gone';
  }

  async #veths(): Promise<number> {
    const links = await readOutput(this.target, 'interfaces', ['busybox', 'ip', 'link']);
    return links.split('\n').filter((line) => /^\d+: veth/.test(line)).length;
  }

  async #start(): Promise<Dockerd> {
    const { companion } = this.#context;
    const upgraded = this.#unit.build === 'companion' ? companion : undefined;
    if (upgraded) this.#upgradeRoot ??= await makeUpgradeRoot(this.machine, upgraded);
    const unit = {
      systemd: '219',
      mountFlags: this.#unit.mountFlags,
      liveRestore: true,
      ...(upgraded && this.#upgradeRoot !== undefined && { root: this.#upgradeRoot }),
    };
    const notes = { unit: { ...this.#unit } };
    return startUnit(this.#context, unit, { number: ++this.#starts, ...(upgraded && { build: upgraded }), notes });
  }

  async #settle(): Promise<void> {
    const { engine } = this.daemon;
    const { slowness = 1 } = this.machine.description;
    const deadline = performance.now() + settleLimit * slowness * 1000;
    const running = async () => {
      const states = await Promise.all(this.containers.map(({ id }) => engine.getContainer(id).inspect()));
      return states.every(({ State }) => State.Running);
    };
    while (!(await running()) && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
  }
}
