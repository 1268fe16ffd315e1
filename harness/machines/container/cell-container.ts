import type Docker from 'dockerode';
import { GenericContainer, PullPolicy, type WaitStrategy } from 'testcontainers';
import type { Budget } from '../../machine/contract.ts';
import { portLimits } from '../agent/limits.ts';
import { Attachment } from './attachment.ts';
import { labDirectory } from './lab-files.ts';
import { ownLabels } from './labels.ts';

/** Options of a cell's container. */
export interface CellPlan {
  docker: Docker;
  image: string;
  budget: Pick<Budget, 'memoryBytes' | 'diskBytes'>;
  /** Volumes that are shown, read-only. */
  volumes?: readonly { name: string; target: string }[];
  /** Called with its id and what it reads and writes, before it is started; it is up when that resolves. */
  attached: (id: string, attachment: Attachment) => Promise<unknown>;
}

/**
 * A privileged container that lives for as long as its standard input is open, and is removed by the engine, with its
 * volume, when it ends: nothing has to look after it, and testcontainers' reaper is not needed. It has no network but its own.
 */
export class CellContainer extends GenericContainer {
  #plan: CellPlan;
  #up: Promise<unknown> | undefined;

  constructor(plan: CellPlan) {
    super(plan.image);
    this.#plan = plan;
    this.withPrivilegedMode()
      .withNetworkMode('none')
      .withLabels(ownLabels())
      .withPullPolicy(PullPolicy.neverPull())
      .withAutoCleanup(false)
      .withEntrypoint([`${labDirectory}/busybox`, 'sh', `${labDirectory}/init.sh`])
      .withCommand([`${portLimits.frame}`, `${portLimits.window}`])
      .withWaitStrategy(upWith(() => this.#up));
    Object.assign(this.createOpts, { Hostname: 'cell', OpenStdin: true, StdinOnce: true });
    const { memoryBytes, diskBytes } = plan.budget;
    Object.assign(this.hostConfig, {
      AutoRemove: true,
      CgroupnsMode: 'private',
      Memory: memoryBytes,
      // A leak that is swapped out makes the host slow and the figures wrong.
      MemorySwap: memoryBytes,
      // Its output is frames, which need no log on a disk.
      LogConfig: { Type: 'none', Config: {} },
      Mounts: [
        {
          Type: 'volume',
          Target: '/var/lib/docker',
          VolumeOptions: {
            NoCopy: true,
            Labels: ownLabels(),
            // The one kind of volume that every engine can bound.
            DriverConfig: {
              Name: 'local',
              Options: { type: 'tmpfs', device: 'tmpfs', o: `size=${diskBytes},mode=755` },
            },
          },
        },
        ...(plan.volumes ?? []).map(({ name, target }) => ({
          Type: 'volume',
          Source: name,
          Target: target,
          ReadOnly: true,
        })),
      ],
    });
  }

  protected override async containerCreated(id: string): Promise<void> {
    const { docker, attached } = this.#plan;
    const container = docker.getContainer(id);
    try {
      const everything = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true };
      this.#up = attached(id, new Attachment(await container.attach(everything)));
      // Callers that await it get the error.
      this.#up.catch(() => {});
    } catch (error) {
      await container.remove({ force: true, v: true });
      throw error;
    }
  }
}

/** It is up when its agent says so; that has its own limit of time. */
function upWith(up: () => Promise<unknown> | undefined): WaitStrategy {
  const strategy: WaitStrategy = {
    waitUntilReady: async () => void (await up()),
    withStartupTimeout: () => strategy,
    isStartupTimeoutSet: () => true,
    getStartupTimeout: () => Infinity,
  };
  return strategy;
}
