import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import type { DockerBuild, Fetching } from '../../../vms/build.ts';
import { isBefore } from '../../core/version.ts';
import { LabError, lastLines } from '../../core/errors.ts';
import { shellCommand } from '../../core/shell-command.ts';
import type { Beside, BesideProgram, StartsBeside } from '../../machine/beside.ts';
import { bytesLeft, killsIn } from '../shared/budget-readings.ts';
import type {
  Budget,
  KernelTrouble,
  Machine,
  MachineDescription,
  Ran,
  Running,
  RunOptions,
  WatchesBudgets,
  WatchesKernel,
} from '../../machine/contract.ts';
import { besideCommand, type BesideDisk } from '../agent/beside.ts';
import { fetchDiskImage } from '../shared/disk-image.ts';
import { dockerModules } from './docker-modules.ts';
import type { MicroVm } from './microvm.ts';
import { modulesAmong } from './modules.ts';
import type { MicroVmOptions } from './open.ts';

const rootScript = path.join(import.meta.dirname, 'guest/docker-root.sh');

/** Milliseconds for the root to be made: 2 s were measured on an emulated CPU. */
const rootLimit = 120_000;

/** Bytes of translated code: a dockerd, its containerd, a shim and runc are 200 MB of programs, and 64 MB cost a third more. */
const translatedBytes = 256 << 20;

/** The guest options that the machine of a docker build needs. */
export async function dockerVmOptions(
  { userland, mounts }: DockerBuild,
  beside: readonly BesideDisk[],
  kernel: Pick<MicroVmOptions['kernel'], 'modules'>,
  fetching: Fetching,
): Promise<Pick<MicroVmOptions, 'drives' | 'modules' | 'bulk' | 'translatedBytes' | 'countsInstructions'>> {
  const drives = [];
  for (const source of [userland.root, ...mounts.map((mount) => mount.source)]) {
    drives.push({ path: await fetchDiskImage(source, fetching), readOnly: true });
  }
  for (const { image } of beside) drives.push({ path: image, readOnly: true });
  const modules = await modulesAmong(kernel.modules, dockerModules);
  return { drives, modules, bulk: true, translatedBytes, countsInstructions: true };
}

/**
 * The cgroups of a host with this docker and this kernel: v1, as on production hosts, where that has a memory controller; v2 since
 * 6.11, whose v1 has none unless it is asked for (CONFIG_MEMCG_V1; Debian does not). Dockers before 20.10 know v1 alone; the replica
 * of one takes what there is.
 */
export function usualCgroups({ version, origin }: Pick<DockerBuild, 'version' | 'origin'>, release: string): 1 | 2 {
  const knowsV1Alone = isBefore(version, '20.10') && origin.kind !== 'replica';
  return knowsV1Alone || isBefore(release, '6.11') ? 1 : 2;
}

/** A guest that can take a directory as its root. */
type RootedVm = Machine & WatchesKernel & Pick<MicroVm, 'enterRoot' | 'talk'>;

/**
 * Makes a guest that has just booted the machine of a docker build: everything happens in a root that is the build's userland,
 * laid out as that of a local cell. Disposing it disposes of the guest.
 *
 * @throws {LabError} when its root cannot be made
 */
export async function enterDockerVm(
  vm: RootedVm,
  build: DockerBuild,
  budget: Budget,
  beside: readonly BesideDisk[] = [],
): Promise<DockerVm> {
  await using onFailure = new AsyncDisposableStack();
  onFailure.use(vm);
  const targets = build.mounts.map(async ({ source, target }) =>
    (await stat(source)).isDirectory() ? `${target}/` : target,
  );
  const script = await readFile(rootScript, 'utf8');
  const besideTargets = beside.map(({ target }) => `${target}/`);
  const shown = [...(await Promise.all(targets)), ...besideTargets];
  const words = ['sh', '-c', script, 'docker-root', `${budget.diskBytes}`, ...shown];
  const ran = await vm.run(words, { timeout: rootLimit });
  if (ran.exitCode !== 0) {
    throw new LabError({
      doing: `making the root of a host of dockers in a micro VM with the userland ${build.userland.name}`,
      expected: 'all its file systems are mounted',
      happened: ran.timedOut ? `not done within ${rootLimit / 1000} s` : `exit code ${ran.exitCode}`,
      evidence: lastLines(`${ran.stdout}\n${ran.stderr}`.trim(), 10),
      hint: `the kernel ${vm.description.kernel} may lack a file system; take another one with --kernel`,
    });
  }
  // Not a login shell, whose /etc/profile would set another path.
  await vm.enterRoot('/cell', [...environmentOf(build), 'sh']);
  onFailure.move();
  return new DockerVm(vm, build, beside);
}

/** The prefix of every command. */
function environmentOf(build: DockerBuild): string[] {
  return ['/bin/busybox', 'env', `PATH=${build.path}`];
}

/** A guest as the host of a docker build. */
class DockerVm implements Machine, StartsBeside, WatchesBudgets, WatchesKernel {
  readonly description: MachineDescription;
  readonly enterCommand: string;
  #vm: RootedVm;
  #environment: string[];
  #beside: readonly BesideDisk[];

  constructor(vm: RootedVm, build: DockerBuild, beside: readonly BesideDisk[]) {
    this.description = vm.description;
    this.enterCommand = vm.enterCommand;
    this.#vm = vm;
    this.#environment = environmentOf(build);
    this.#beside = beside;
  }

  async run(command: readonly string[], options?: RunOptions): Promise<Ran> {
    const ran = await this.#vm.run([...this.#environment, ...command], options);
    return { ...ran, command: shellCommand(command) };
  }

  start(command: readonly string[], options: { log: string }): Promise<Running> {
    return this.#vm.start([...this.#environment, ...command], options);
  }

  async startBeside(program: BesideProgram): Promise<Beside> {
    return await this.#vm.talk([...this.#environment, ...besideCommand(this.#beside, program)]);
  }

  readFile(file: string): Promise<Buffer> {
    return this.#vm.readFile(file);
  }

  writeFile(file: string, content: string | Uint8Array): Promise<void> {
    return this.#vm.writeFile(file, content);
  }

  connect(socketPath: string): Duplex {
    return this.#vm.connect(socketPath);
  }

  kernelTrouble(): KernelTrouble | undefined {
    return this.#vm.kernelTrouble();
  }

  async memoryKills(): Promise<number> {
    return killsIn((await this.readFile('/proc/vmstat')).toString());
  }

  diskLeft(): Promise<number> {
    return bytesLeft(this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#vm[Symbol.asyncDispose]();
  }
}
