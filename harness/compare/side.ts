import { readFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import type { DockerBuild } from '../../vms/build.ts';
import { countTicks, type TickCounter } from '../clients/tick-counter.ts';
import { importImage, runContainer } from '../daemons/containers.ts';
import { startDockerd, type Dockerd } from '../daemons/dockerd.ts';
import { openLocalMachine } from '../machines/local/local.ts';
import type { MountFlags } from '../core/mount-flags.ts';
import { daemonBudget, type Machine } from '../machine/contract.ts';
import type { StartOptions } from './step.ts';

/** A cell of its own in which a script is played on a daemon. */
export interface Side extends AsyncDisposable {
  readonly build: DockerBuild;
  connect(): Duplex;
  /** Starts the daemon, once it has stopped if it ran. */
  start(how?: StartOptions): Promise<void>;
  /** Brings an image of busybox in. */
  importImage(): Promise<void>;
  /** The lines of its log since the last call. */
  takeLog(): Promise<string[]>;
  /** The collector's clock, on a container of its own that runs until the end. */
  ticks(): Promise<TickCounter>;
}

/**
 * Makes the cell. The daemon runs in it as the reports had it: systemd 219, MountFlags=slave, live-restore.
 *
 * @param log file of the host for the daemon's log.
 * @param image the name of the image of busybox that its containers are made of.
 */
export async function openSide(build: DockerBuild, log: string, image?: string): Promise<Side> {
  return new LocalSide(build, await openLocalMachine(build, daemonBudget), log, image);
}

class LocalSide implements Side {
  readonly build: DockerBuild;
  #machine: Machine;
  #log: string;
  #image: string | undefined;
  #daemon: Dockerd | undefined;
  #starts = 0;
  #mountFlags: MountFlags = 'slave';
  /** Processes of containers, and the files that their namespaces were mounted on. */
  #namespaces: { pid: number; file: string }[] = [];
  /** Bytes of the log that were taken. */
  #taken = 0;
  #counter: TickCounter | undefined;

  constructor(build: DockerBuild, machine: Machine, log: string, image: string | undefined) {
    this.build = build;
    this.#machine = machine;
    this.#log = log;
    this.#image = image;
  }

  connect(): Duplex {
    return this.#running().connect();
  }

  async start({ mountFlags, noteNamespaces, mountAgain }: StartOptions = {}): Promise<void> {
    // The container that ticks are counted on loses its namespace, too.
    this.#counter?.[Symbol.dispose]();
    this.#counter = undefined;
    if (noteNamespaces) await this.#noteNamespaces();
    await this.#daemon?.stop();
    if (mountAgain) await this.#mountAgain();
    this.#mountFlags = mountFlags ?? this.#mountFlags;
    const unit = { systemd: '219', mountFlags: this.#mountFlags, liveRestore: true, log: this.#log } as const;
    this.#daemon = await startDockerd(this.#machine, this.build, unit);
    this.#starts++;
  }

  async takeLog(): Promise<string[]> {
    const bytes = await readFile(this.#log);
    const end = bytes.lastIndexOf('\n') + 1;
    const lines = bytes.subarray(this.#taken, end).toString().split('\n');
    this.#taken = end;
    return lines.filter(Boolean);
  }

  async importImage(): Promise<void> {
    await importImage(this.#machine, this.#running().engine, this.#image);
  }

  async ticks(): Promise<TickCounter> {
    if (this.#counter) return this.#counter;
    const { engine, connect } = this.#running();
    const { id } = await runContainer(this.#machine, engine, `ticks-${this.#starts}`, { image: this.#image });
    this.#counter = await countTicks(connect, id);
    await this.#counter.reached(1);
    // What this container leaves in the log is not the script's.
    await this.takeLog();
    return this.#counter;
  }

  async #noteNamespaces(): Promise<void> {
    const { engine } = this.#running();
    const running = await engine.listContainers();
    const found = running.map(async ({ Id: id }) => {
      const { State, NetworkSettings } = await engine.getContainer(id).inspect();
      return { pid: State.Pid, file: NetworkSettings.SandboxKey ?? '' };
    });
    this.#namespaces = await Promise.all(found);
  }

  async #mountAgain(): Promise<void> {
    for (const { pid, file } of this.#namespaces) {
      const mount = ['busybox', 'mount', '--bind', `/proc/${pid}/ns/net`, file];
      const { exitCode, stderr } = await this.#machine.run(mount);
      if (exitCode !== 0) throw new Error(`mounting the network namespace of process ${pid} on ${file}: ${stderr}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#counter?.[Symbol.dispose]();
    await this.#machine[Symbol.asyncDispose]();
  }

  #running(): Dockerd {
    if (this.#daemon) return this.#daemon;
    throw new Error('the script asks a daemon that it has not started');
  }
}
