import type { Duplex } from 'node:stream';
import type { DockerBuild } from '../../../vms/build.ts';
import { shellCommand } from '../../core/shell-command.ts';
import type { Beside, BesideProgram, StartsBeside } from '../../machine/beside.ts';
import { bytesLeft, killsIn } from '../shared/budget-readings.ts';
import type { MachineDescription, WatchesBudgets } from '../../machine/contract.ts';
import { besideCommand } from '../agent/beside.ts';
import { AgentMachine } from '../agent/agent-machine.ts';
import type { Channel } from '../agent/channel.ts';
import { connectSocket } from '../agent/guest-stream.ts';
import type { BesideVolume } from './beside-volume.ts';
import type { Engine } from './engine.ts';
import type { OpenContainer } from './open-container.ts';

/** Parts of the machine of a docker build in a container. */
export interface ContainerParts {
  engine: Engine;
  description: MachineDescription;
  build: DockerBuild;
  container: OpenContainer;
  /** Shown in it. */
  volumes: readonly BesideVolume[];
}

/** A container as the host of a docker build. Everything goes through its agent, so that the engine may be anywhere. */
export class ContainerMachine extends AgentMachine implements StartsBeside, WatchesBudgets {
  readonly description: MachineDescription;
  readonly enterCommand: string;
  #container: OpenContainer;
  /** Its path is the build's. */
  #environment: readonly string[];
  #volumes: readonly BesideVolume[];

  constructor({ engine, description, build, container, volumes }: ContainerParts) {
    super();
    this.description = description;
    this.#container = container;
    this.#environment = ['/bin/busybox', 'env', `PATH=${build.path}`];
    this.#volumes = volumes;
    const enter = ['docker', '--host', engine.host, 'exec', '--interactive', '--tty', container.id.slice(0, 12)];
    const inside = shellCommand([...enter, ...this.#environment, 'sh']);
    const { enterCommand } = engine;
    this.enterCommand = enterCommand === undefined ? inside : `${enterCommand} -c ${shellCommand([inside])}`;
  }

  startBeside(program: BesideProgram): Promise<Beside> {
    const disks = this.#volumes.map((volume) => ({ ...volume, image: volume.name }));
    return this.talk(besideCommand(disks, program));
  }

  // By a process of its own, which visitor.ts says why.
  override connect(socketPath: string): Duplex {
    return connectSocket(this.#container.visitor, socketPath);
  }

  async memoryKills(): Promise<number> {
    const v2 = this.description.cgroupVersion === 2;
    const file = v2 ? '/sys/fs/cgroup/memory.events' : '/sys/fs/cgroup/memory/memory.oom_control';
    return killsIn((await this.readFile(file)).toString());
  }

  diskLeft(): Promise<number> {
    return bytesLeft(this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#container[Symbol.asyncDispose]();
  }

  protected override get environment(): readonly string[] {
    return this.#environment;
  }

  protected get channel(): Channel {
    return this.#container.channel;
  }
}
