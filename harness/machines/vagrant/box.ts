import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { BootFailedError, messageOf } from '../../core/errors.ts';
import type { Fetching } from '../../../vms/build.ts';
import type { Box } from '../../../vms/boxes.ts';
import type { EmitEvent } from '../../store/event.ts';
import { holdLock } from '../../fetch/lock.ts';
import { archiveOf } from '../container/archive.ts';
import type { Budget } from '../../machine/contract.ts';
import type { Channel } from '../agent/channel.ts';
import { runProgram } from '../agent/program.ts';
import { connect, doorOf, runScript, unpack, type Connection, type Door } from './connection.ts';
import type { DockerOfBox } from './docker-of-box.ts';
import { fetchLabFiles } from './lab-files.ts';
import { destroyBox, forgetMade, madeNote, noteMade } from './made.ts';
import { makeDirectories, projectRoot } from './settings.ts';
import type { Vagrant, VagrantOptions } from './vagrant.ts';

const begin = path.join(import.meta.dirname, 'guest/begin.sh');
const end = path.join(import.meta.dirname, 'guest/end.sh');
const bootParameters = path.join(projectRoot, 'vms/provision/boot-parameters.sh');
const checkBoot = path.join(projectRoot, 'vms/provision/check-boot.sh');

/** A box that is up, and stays so between the cells of a run. One cell has it at a time. */
export class WarmBox implements AsyncDisposable {
  readonly box: Box;
  #vagrant: Vagrant;
  #cache: string;
  #lock: AsyncDisposable;
  #door: Door;
  #docker: string;
  #parameters: string[] = [];
  #dockers = new Map<string, { version: string; sha256: string }>();
  /** Whether a cell has used it since its last boot. */
  #used = false;
  /** Whether a cell has left something that cannot be removed. */
  #spoilt = false;

  private constructor(box: Box, vagrant: Vagrant, cache: string, lock: AsyncDisposable, door: Door, docker: string) {
    this.box = box;
    this.#vagrant = vagrant;
    this.#cache = cache;
    this.#lock = lock;
    this.#door = door;
    this.#docker = docker;
  }

  /**
   * Makes the box with a docker, exactly as `vagrant up` by hand does. Another run that has the same box is waited for.
   *
   * @throws {NotApplicableError} when the box or a provider is not available
   * @throws {BootFailedError} when it does not come up
   */
  static async open(
    vagrant: Vagrant,
    box: Box,
    docker: DockerOfBox,
    fetching: Fetching,
    event: EmitEvent,
  ): Promise<WarmBox> {
    const { cache, signal, progress } = fetching;
    await makeDirectories(cache);
    await using onFailure = new AsyncDisposableStack();
    const wait = () => progress({ what: `waiting for another run that has the box ${box.name}` });
    const lock = onFailure.use(await holdLock(`${madeNote(box.name, cache)}.lock`, wait, signal));
    // Before it is made: a run that is killed during that leaves a box, too.
    await noteMade(box.name, cache);
    onFailure.defer(() => destroyBox(vagrant, box.name, cache));
    const options = optionsOf({ event, signal }, docker);
    const wasThere = (await vagrant.status(box.name, options)) === 'running';
    await vagrant.up(box.name, options);
    // One that was kept is as another run has left it.
    if (wasThere) await vagrant.provision(box.name, [], options);
    const door = await doorTo(vagrant, box.name);
    await unpack(door, 'bringing the lab’s programs', archiveOf(await fetchLabFiles(fetching)), '/');
    onFailure.move();
    const opened = new WarmBox(box, vagrant, cache, lock, door, docker.setting);
    opened.#used = wasThere;
    return opened;
  }

  /** Gives it the docker and the kernel's parameters of a cell, booting it again where that takes it. */
  async prepare(docker: DockerOfBox, parameters: readonly string[], wish: Preparing): Promise<void> {
    const options = optionsOf(wish, docker);
    if (docker.provisioners.length > 0 && docker.setting !== this.#docker) {
      await this.#vagrant.provision(this.box.name, docker.provisioners, options);
      this.#docker = docker.setting;
    }
    const others = JSON.stringify(parameters) !== JSON.stringify(this.#parameters);
    if (others) await this.#script('setting boot parameters', bootParameters, parameters);
    if (others || this.#spoilt || (wish.fresh && this.#used)) await this.#reload(parameters, options);
    this.#used = true;
  }

  /** Boots it with what it was given, and makes sure that it has. @throws {BootFailedError} */
  async #reload(parameters: readonly string[], options: VagrantOptions): Promise<void> {
    const { name, kernel } = this.box;
    await this.#vagrant.reload(name, options);
    this.#door = await doorTo(this.#vagrant, name);
    this.#used = this.#spoilt = false;
    await this.#script('looking at what has booted', checkBoot, [kernel, ...parameters]).catch((error: unknown) => {
      throw new BootFailedError(
        {
          doing: `booting the box ${name} with ${parameters.join(' ') || 'no parameters'}`,
          expected: `the kernel ${kernel}… boots with them`,
          happened: messageOf(error),
          hint: `look at its boot loader: ${this.enterCommand}`,
        },
        { cause: error },
      );
    });
    this.#parameters = [...parameters];
  }

  /** Starts a cell in it. @returns the output of begin.sh */
  async enter({ diskBytes, memoryBytes }: Budget): Promise<{ connection: Connection; facts: Map<string, string> }> {
    const bounds = [Math.max(diskBytes, leastDisk), memoryBytes].map(String);
    const said = await this.#script('making the place of a cell', begin, bounds);
    const facts = new Map([...said.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
    return { connection: await connect(this.#door), facts };
  }

  /** The identity of its docker; read once, as a digest takes an emulated CPU some seconds. */
  async dockerIn(channel: Channel, docker: DockerOfBox): Promise<{ version: string; sha256: string }> {
    const known = this.#dockers.get(docker.setting);
    if (known) return known;
    const script = 'dockerd --version && sha256sum "$(command -v dockerd)"';
    const environment = ['/usr/bin/env', `PATH=${docker.path}`];
    const { stdout } = await runProgram(channel, [...environment, 'sh', '-c', script], { timeout: 300_000 });
    const [version = '', sha256 = ''] = stdout.split('\n');
    this.#dockers.set(docker.setting, { version, sha256 });
    return { version, sha256 };
  }

  /** Ends all that the cell has started in it; what cannot be removed makes it boot again before the next one. */
  async leave(event: EmitEvent): Promise<void> {
    try {
      await this.#script('clearing up after a cell', end, []);
    } catch (error) {
      this.#spoilt = true;
      event({ code: 'box-spoilt', message: messageOf(error) });
    }
  }

  /** Unpacks an archive in a directory of the box. */
  bring(doing: string, archive: AsyncIterable<Buffer>, directory: string): Promise<void> {
    return unpack(this.#door, doing, archive, directory);
  }

  get enterCommand(): string {
    const { words, environment } = this.#vagrant.settings;
    const named = ['VAGRANT_HOME', 'VAGRANT_DOTFILE_PATH', 'VAGRANT_CWD', 'LAB_BOX_PREFIX'];
    const settings = named.map((name) => `${name}=${environment[name] ?? ''}`);
    return [...settings, ...words, 'ssh', this.box.name, '-c', "'sudo -i'", '--', '-t'].join(' ');
  }

  /** Destroys it; `DOCKERD_LEAK_LAB_KEEP_BOXES=1` keeps it for the next run. */
  async [Symbol.asyncDispose](): Promise<void> {
    await using lock = this.#lock;
    void lock;
    if (process.env['DOCKERD_LEAK_LAB_KEEP_BOXES'] === '1') {
      if (this.#parameters.length > 0) {
        await this.#script('taking boot parameters away', bootParameters, []);
        // From the kernel that runs, too: the next run's cells take it for a usual one.
        await this.#vagrant.reload(this.box.name);
      }
      await forgetMade(this.box.name, this.#cache);
      return;
    }
    await destroyBox(this.#vagrant, this.box.name, this.#cache);
  }

  async #script(doing: string, file: string, words: readonly string[]): Promise<string> {
    return runScript(this.#door, doing, await readFile(file, 'utf8'), words);
  }
}

/** Bytes; a tmpfs of none has no bound. */
const leastDisk = 64 << 20;

/** A cell's requirements on a box. */
interface Preparing {
  /** Whether it must not have been used since its last boot. */
  fresh: boolean;
  event: EmitEvent;
  signal: AbortSignal | undefined;
}

function optionsOf({ event, signal }: Omit<Preparing, 'fresh'>, docker: DockerOfBox): VagrantOptions {
  return {
    environment: { LAB_DOCKER: docker.setting },
    progress: (text) => event({ code: 'vagrant', text }),
    ...(signal && { signal }),
  };
}

async function doorTo(vagrant: Vagrant, name: string): Promise<Door> {
  return doorOf(name, await vagrant.sshConfig(name), vagrant.settings.words.slice(0, -1));
}
