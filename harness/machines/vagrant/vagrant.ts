import { execa } from 'execa';
import { dieWithUs, killGroup } from '../../fetch/programs/program.ts';
import { failureOf } from './failure.ts';
import { parseSaid, shownOf, snapshotsOf, type Said } from './parse.ts';
import type { VagrantSettings } from './settings.ts';

/** Seconds that each command may take, downloads of boxes included; some 70 s of `up` were measured on an emulated CPU. */
const limits = {
  up: 3600,
  provision: 3600,
  reload: 1200,
  destroy: 300,
  status: 120,
  'ssh-config': 120,
  snapshot: 900,
  version: 60,
} as const;
type Command = keyof typeof limits;

/** States of a machine that all providers have; others are the provider's own, e.g. `shutoff` of libvirt, `saved` of VirtualBox. */
type State = 'not_created' | 'running' | (string & {});

/** Options of every command. */
export interface VagrantOptions {
  /** Settings of the Vagrantfile, e.g. `LAB_DOCKER`. */
  environment?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  /** Called with what it says that it does, a line each. */
  progress?: (what: string) => void;
}

/** A thin wrapper of `vagrant --machine-readable`. Every method rejects with the error that failure.ts makes of vagrant's own. */
export class Vagrant {
  readonly settings: VagrantSettings;

  constructor(settings: VagrantSettings) {
    this.settings = settings;
  }

  /** e.g. `2.3.4`. */
  async version(): Promise<string> {
    const { output } = await this.#run('version', 'asking vagrant for its version', ['--version']);
    return /^Vagrant (\S+)/m.exec(output)?.[1] ?? output.trim();
  }

  /** Makes and boots the machine if need be, and provisions it when it is new. */
  async up(machine: string, options?: VagrantOptions): Promise<void> {
    await this.#run('up', `vagrant up ${machine}`, ['up', machine], options);
  }

  async status(machine: string, options?: VagrantOptions): Promise<State> {
    const { said } = await this.#run('status', `vagrant status ${machine}`, ['status', machine], options);
    return said.find(({ type }) => type === 'state')?.data[0] ?? 'unknown';
  }

  /** Name of the provider that the machine has, or would have. */
  async provider(machine: string, options?: VagrantOptions): Promise<string> {
    const { said } = await this.#run('status', `vagrant status ${machine}`, ['status', machine], options);
    return said.find(({ type }) => type === 'provider-name')?.data[0] ?? 'unknown';
  }

  /** @param only names of provisioners; all of them when it is left out */
  async provision(machine: string, only: readonly string[] = [], options?: VagrantOptions): Promise<void> {
    const which = only.length > 0 ? [`--provision-with=${only.join(',')}`] : [];
    await this.#run('provision', `vagrant provision ${machine}`, ['provision', machine, ...which], options);
  }

  /** Boots it again; nothing is provisioned. */
  async reload(machine: string, options?: VagrantOptions): Promise<void> {
    await this.#run('reload', `vagrant reload ${machine}`, ['reload', machine, '--no-provision'], options);
  }

  async saveSnapshot(machine: string, name: string, options?: VagrantOptions): Promise<void> {
    const words = ['snapshot', 'save', machine, name, '--force'];
    await this.#run('snapshot', `vagrant snapshot save ${machine} ${name}`, words, options);
  }

  /** The machine runs afterwards; nothing is provisioned. */
  async restoreSnapshot(machine: string, name: string, options?: VagrantOptions): Promise<void> {
    const words = ['snapshot', 'restore', machine, name, '--no-provision'];
    await this.#run('snapshot', `vagrant snapshot restore ${machine} ${name}`, words, options);
  }

  async snapshots(machine: string, options?: VagrantOptions): Promise<string[]> {
    const words = ['snapshot', 'list', machine];
    const { said } = await this.#run('snapshot', `vagrant snapshot list ${machine}`, words, options);
    return snapshotsOf(said);
  }

  /** The connection settings for ssh: lines `Name value` of an ssh_config(5). */
  async sshConfig(machine: string, options?: VagrantOptions): Promise<string> {
    const { said } = await this.#run('ssh-config', `vagrant ssh-config ${machine}`, ['ssh-config', machine], options);
    return said.find(({ type }) => type === 'ssh-config')?.data[0] ?? '';
  }

  /** Nothing when there is none. */
  async destroy(machine: string, options?: VagrantOptions): Promise<void> {
    await this.#run('destroy', `vagrant destroy ${machine}`, ['destroy', '--force', machine], options);
  }

  async #run(
    command: Command,
    doing: string,
    words: readonly string[],
    { environment, signal, progress }: VagrantOptions = {},
  ): Promise<{ said: Said[]; output: string }> {
    signal?.throwIfAborted();
    const said: Said[] = [];
    const others: string[] = [];
    const [wrapper, ...wrapperWords] = dieWithUs;
    // Vagrant's own children end with it. SIGINT would make it clean up first, which takes long: only interactive users wait for that.
    const child = execa(wrapper, [...wrapperWords, ...this.settings.words, '--machine-readable', ...words], {
      detached: true,
      reject: false,
      stdin: 'ignore',
      buffer: false,
      env: { ...this.settings.environment, ...environment },
    });
    const limit = AbortSignal.timeout(limits[command] * 1000);
    const stop = () => killGroup(child.pid);
    signal?.addEventListener('abort', stop);
    limit.addEventListener('abort', stop);
    const listen = async () => {
      for await (const line of child.iterable({ from: 'stdout' })) {
        const one = parseSaid(line);
        if (one) said.push(one);
        else others.push(line);
        const shown = one && shownOf(one);
        if (shown !== undefined) progress?.(shown);
      }
    };
    const listenBeside = async () => {
      for await (const line of child.iterable({ from: 'stderr' })) others.push(line);
    };
    const [{ exitCode }] = await Promise.all([child, listen(), listenBeside()]);
    signal?.removeEventListener('abort', stop);
    limit.removeEventListener('abort', stop);
    signal?.throwIfAborted();
    const output = others.join('\n');
    if (exitCode === 0) return { said, output };
    const ended = { said, stderr: output, timedOut: limit.aborted, ...(exitCode !== undefined && { exitCode }) };
    throw failureOf(doing, limits[command], ended);
  }
}
