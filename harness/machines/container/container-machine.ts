import { createWriteStream } from 'node:fs';
import type { Duplex } from 'node:stream';
import type { DockerBuild } from '../../../vms/build.ts';
import { shellCommand } from '../../shell-command.ts';
import type { Beside, BesideProgram, StartsBeside } from '../beside.ts';
import type { Machine, MachineDescription, Ran, Running, RunOptions, WatchesBudgets } from '../machine.ts';
import { besideCommand } from '../microvm/beside.ts';
import { readGuestFile, writeGuestFile } from '../microvm/channel/file.ts';
import { connectSocket } from '../microvm/channel/guest-stream.ts';
import { runProgram, startProgram } from '../microvm/channel/program.ts';
import { talkToProgram } from '../microvm/channel/talking.ts';
import type { BesideVolume } from './beside-volume.ts';
import type { Engine } from './engine.ts';
import type { OpenContainer } from './open-container.ts';

/** What a container is made the machine of a docker build with. */
export interface ContainerParts {
  engine: Engine;
  description: MachineDescription;
  build: DockerBuild;
  container: OpenContainer;
  /** Shown in it. */
  volumes: readonly BesideVolume[];
}

/** A container as the host of a docker build. Everything goes through its agent, so that the engine may be anywhere. */
export class ContainerMachine implements Machine, StartsBeside, WatchesBudgets {
  readonly description: MachineDescription;
  readonly enterCommand: string;
  #container: OpenContainer;
  /** In front of every command: its path is the build's. */
  #environment: string[];
  #volumes: readonly BesideVolume[];

  constructor({ engine, description, build, container, volumes }: ContainerParts) {
    this.description = description;
    this.#container = container;
    this.#environment = ['/bin/busybox', 'env', `PATH=${build.path}`];
    this.#volumes = volumes;
    const enter = ['docker', '--host', engine.host, 'exec', '--interactive', '--tty', container.id.slice(0, 12)];
    const inside = shellCommand([...enter, ...this.#environment, 'sh']);
    const { enterCommand } = engine;
    this.enterCommand = enterCommand === undefined ? inside : `${enterCommand} -c ${shellCommand([inside])}`;
  }

  async run(command: readonly string[], options?: RunOptions): Promise<Ran> {
    const ran = await runProgram(this.#channel, [...this.#environment, ...command], options);
    return { ...ran, command: shellCommand(command) };
  }

  start(command: readonly string[], { log }: { log: string }): Promise<Running> {
    const output = createWriteStream(log, { flags: 'a', mode: 0o600 });
    return startProgram(this.#channel, [...this.#environment, ...command], output);
  }

  startBeside(program: BesideProgram): Promise<Beside> {
    const disks = this.#volumes.map((volume) => ({ ...volume, image: volume.name }));
    return talkToProgram(this.#channel, [...this.#environment, ...besideCommand(disks, program)]);
  }

  readFile(file: string): Promise<Buffer> {
    return readGuestFile(this.#channel, file);
  }

  writeFile(file: string, content: string | Uint8Array): Promise<void> {
    return writeGuestFile(this.#channel, file, content);
  }

  connect(socketPath: string): Duplex {
    return connectSocket(this.#container.visitor, socketPath);
  }

  async memoryKills(): Promise<number> {
    const v2 = this.description.cgroupVersion === 2;
    const file = v2 ? '/sys/fs/cgroup/memory.events' : '/sys/fs/cgroup/memory/memory.oom_control';
    return Number(/^oom_kill (\d+)$/m.exec((await this.readFile(file)).toString())?.[1] ?? 0);
  }

  async diskLeft(): Promise<number> {
    const { stdout } = await this.run(['busybox', 'stat', '-f', '-c', '%a %S', '/var/lib/docker']);
    const [blocks = 0, bytes = 0] = stdout.split(' ').map(Number);
    return blocks * bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#container[Symbol.asyncDispose]();
  }

  get #channel() {
    return this.#container.channel;
  }
}
