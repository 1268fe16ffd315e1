import { behaviourNamed, type Behaviour } from '../../harness/clients/common/behaviour.ts';
import { startClient, type Client } from '../../harness/clients/engine/client.ts';
import { callStats } from '../../harness/clients/stats-call.ts';
import { countTicks, type TickCounter } from '../../harness/clients/tick-counter.ts';
import {
  readFactsOf,
  runContainer,
  stillWaiting,
  type Container,
  type ContainerFacts,
} from '../../harness/daemons/containers.ts';
import type { Dockerd } from '../../harness/daemons/dockerd.ts';
import { burstTicks } from '../../harness/dosing/answers.ts';
import { requireBeside, type StartsBeside } from '../../harness/machine/beside.ts';
import { limitOn } from '../../harness/machine/limit-on.ts';
import type { Machine } from '../../harness/machine/contract.ts';
import { connections } from '../../harness/probes/connections.ts';
import { probeNetnsFiles } from '../../harness/probes/netns-files.ts';
import { readOutput, type Target } from '../../harness/probes/probe.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import { loseNamespaces } from '../common/lost-namespaces.ts';
import { HostDaemon, type SiteUnit } from './host-daemon.ts';
import type { Look } from './observations.ts';

/** Seconds, on a host, for containers to run again after a restart; what does not by then is observed as stopped. */
const settleLimit = 30;

/** A host whose dockerd has lost its containers' network namespaces, with an agent that asks it for stats. */
export class Site implements AsyncDisposable {
  readonly machine: Machine & StartsBeside;
  readonly containers: readonly Container[];
  /** The containers before the daemon lost them. */
  readonly before: readonly ContainerFacts[];
  readonly host: HostDaemon;
  client: Client;
  readonly #context: CellContext;
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
    this.host = new HostDaemon(context, daemon, 2);
    this.containers = containers;
    this.before = before;
    this.client = client;
  }

  static async open(context: CellContext, containerCount: number): Promise<Site> {
    const { machine } = context;
    requireBeside(machine);
    let before: ContainerFacts[] = [];
    const { daemon, containers } = await loseNamespaces(context, containerCount, async ({ engine }, running) => {
      before = await readFactsOf(machine, engine, running);
    });
    const client = await startClient(machine, daemon.socket, behaviourNamed('agent-1.20'));
    return new Site(context, machine, daemon, containers, before, client);
  }

  get daemon(): Dockerd {
    return this.host.current;
  }

  get target(): Target {
    return { machine: this.machine, daemon: this.daemon };
  }

  /** Restarts the daemon as {@link HostDaemon.restart}, and waits for the containers. */
  async restart(changes?: Partial<SiteUnit>, whileDown?: () => Promise<void>): Promise<void> {
    await this.host.restart(changes, whileDown);
    const { phase } = this.#context;
    await phase('dockerd starts and stops', { activity: 'waiting-for-containers' }, () => this.#settle());
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
    const control = await phase('containers', { activity: 'starting-container', container: name }, () =>
      runContainer(this.machine, engine, name),
    );
    using counter = await countTicks(connect, control.id);
    await phase('dockerd ticks', { activity: 'waiting-for-collector' }, () => counter.reached(1));
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
    const answers = await phase(
      'dockerd ticks',
      { activity: 'asking-for-stats', containers: this.containers.length, ticks: burstTicks },
      () => Promise.all(this.containers.map((one) => callStats(connect, one, counter, burstTicks))),
    );
    const listed = await engine.listContainers();
    const [facts, others] = await phase('containers', { activity: 'reading-containers' }, async () => [
      await readFactsOf(this.machine, engine, this.containers),
      // The daemon's own records say nothing of the address that a lost container holds.
      await readFactsOf(
        this.machine,
        engine,
        listed.map(({ Id }) => ({ name: Id, id: Id })),
      ),
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
    event({
      code: 'site-read',
      calls: answers,
      files: netnsFiles,
      containers: seen.containers,
      strayVeths: seen.strayVeths,
    });
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

  async #settle(): Promise<void> {
    await stillWaiting(this.daemon.engine, this.containers, limitOn(this.machine, settleLimit));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
  }
}
