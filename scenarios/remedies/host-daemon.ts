import type { Containerd } from '../../harness/daemons/containerd.ts';
import type { Dockerd } from '../../harness/daemons/dockerd.ts';
import { makeUpgradeRoot } from '../../harness/daemons/upgrade.ts';
import type { MountFlags } from '../../harness/core/mount-flags.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import { startDaemonUnit } from '../common/unit.ts';

/** The unit file's settings of dockerd, and the build of its packages. */
export interface SiteUnit {
  mountFlags: MountFlags;
  build: 'installed' | 'companion';
}

/** The dockerd of a host, with what remedies change of its unit; it was started with MountFlags=slave under live-restore. */
export class HostDaemon {
  /** The one that runs now. */
  current: Dockerd;
  readonly #context: CellContext;
  readonly #containerd: Containerd | undefined;
  readonly #unit: SiteUnit = { mountFlags: 'slave', build: 'installed' };
  #upgradeRoot: string | undefined;
  #starts: number;

  /**
   * @param starts how often it was started until now
   * @param containerd the one with a unit of its own, where the host has one
   */
  constructor(context: CellContext, current: Dockerd, starts: number, containerd?: Containerd) {
    this.#context = context;
    this.current = current;
    this.#starts = starts;
    this.#containerd = containerd;
  }

  /** How often it was started, this start included. */
  get starts(): number {
    return this.#starts;
  }

  /** Stops the daemon, does something while it is down, and starts it as its unit says by then. */
  async restart(changes: Partial<SiteUnit> = {}, whileDown: () => Promise<void> = async () => {}): Promise<void> {
    const { phase } = this.#context;
    await phase('dockerd starts and stops', { activity: 'stopping-daemon' }, this.current.stop);
    await whileDown();
    Object.assign(this.#unit, changes);
    this.current = await this.#start();
  }

  async #start(): Promise<Dockerd> {
    const { companion, machine } = this.#context;
    const upgraded = this.#unit.build === 'companion' ? companion : undefined;
    if (upgraded) this.#upgradeRoot ??= await makeUpgradeRoot(machine, upgraded);
    const unit = {
      systemd: '219',
      mountFlags: this.#unit.mountFlags,
      liveRestore: true,
      ...(this.#containerd && { containerd: this.#containerd }),
      ...(upgraded && this.#upgradeRoot !== undefined && { root: this.#upgradeRoot }),
    };
    const settings = { ...this.#unit };
    return startDaemonUnit(this.#context, unit, {
      number: ++this.#starts,
      ...(upgraded && { build: upgraded }),
      settings,
    });
  }
}
