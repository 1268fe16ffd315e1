import { createHash } from 'node:crypto';
import type { DockerBuild, Fetching } from '../../../vms/build.ts';
import { NotApplicableError } from '../../core/errors.ts';
import type { BesideFiles } from '../../machine/beside.ts';
import { Kept } from '../shared/kept.ts';
import type { LimitCode } from '../../core/limits.ts';
import type { MachineDescription } from '../../machine/contract.ts';
import type { MachineSpec } from '../shared/kind.ts';
import { makeBesideVolume, type BesideVolume } from './beside-volume.ts';
import { ContainerMachine } from './container-machine.ts';
import { openEngine, type Engine } from './engine.ts';
import { makeImage } from './image.ts';
import { openContainer } from './open-container.ts';
import { probePrivileges, type Privileges } from './probe.ts';

/** An engine, and what a run makes in it once for all its cells. */
export class Workshop implements AsyncDisposable {
  readonly engine: Engine;
  readonly privileges: Privileges;
  #fetching: Fetching;
  /** By all that they are made of. */
  #images = new Kept<string>();
  #volumes = new Kept<BesideVolume>();

  private constructor(engine: Engine, privileges: Privileges, fetching: Fetching) {
    this.engine = engine;
    this.privileges = privileges;
    this.#fetching = fetching;
  }

  static async open(fetching: Fetching): Promise<Workshop> {
    await using onFailure = new AsyncDisposableStack();
    const engine = onFailure.use(await openEngine(fetching));
    const privileges = await probePrivileges(engine, fetching);
    onFailure.move();
    return new Workshop(engine, privileges, fetching);
  }

  /** The description of a cell's machine, before one exists. */
  get description(): MachineDescription {
    const { info, origin } = this.engine;
    const limits: LimitCode[] = [];
    if (!this.privileges.lowersOomScores) limits.push('no-oom-scores');
    if (info.CgroupVersion === '2') limits.push('no-cgroup-1');
    const whose = origin === 'own' ? "the lab's own" : info.OperatingSystem;
    return {
      kind: 'container',
      machine: `container (docker ${info.ServerVersion}, ${whose})`,
      kernel: info.KernelVersion,
      // An engine does not say; each of its containers does.
      kernelCommandLine: '',
      cgroupVersion: info.CgroupVersion === '2' ? 2 : 1,
      cpus: info.NCPU,
      memoryBytes: info.MemTotal,
      limits,
    };
  }

  /** @throws {NotApplicableError} where the engine cannot run it */
  async makeMachine(build: DockerBuild, { budget, beside = [] }: MachineSpec): Promise<ContainerMachine> {
    const { engine, privileges, description } = this;
    if (privileges.lacks !== undefined) throw cannotRun(engine, privileges.lacks);
    const { docker } = engine;
    const image = await this.#image(build);
    const volumes = await Promise.all(wanted(beside).map((one) => this.#volume(one, image)));
    const container = await openContainer({ docker, image, budget, volumes });
    const { commandline, cpus, memory } = container.greeting;
    const seen = { ...description, kernelCommandLine: commandline, cpus, memoryBytes: memory };
    return new ContainerMachine({ engine, description: seen, build, container, volumes });
  }

  /** Removes its images and volumes, and closes the connection to the engine. Machines must be closed first. */
  async [Symbol.asyncDispose](): Promise<void> {
    await using engine = this.engine;
    // One of the lab's own takes all with it.
    if (engine.origin === 'own') return;
    for (const { name } of await this.#volumes.take()) await engine.docker.getVolume(name).remove();
    for (const image of await this.#images.take()) await engine.docker.getImage(image).remove();
  }

  #image(build: DockerBuild): Promise<string> {
    const key = JSON.stringify([build.userland.root, build.mounts]);
    return this.#images.get(key, () => makeImage(this.engine.docker, build, this.#fetching));
  }

  #volume(files: BesideFiles, image: string): Promise<BesideVolume> {
    const key = JSON.stringify(files);
    const target = `/opt/beside/${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;
    return this.#volumes.get(key, () => makeBesideVolume({ docker: this.engine.docker, files, target, image }));
  }
}

/** All files together, and each userland alone: files find each other under their paths on the host. */
function wanted(beside: readonly BesideFiles[]): BesideFiles[] {
  const files = [...new Set(beside.flatMap((one) => one.files))].toSorted();
  const userlands = new Set(beside.flatMap(({ userland }) => userland ?? []));
  return [...(files.length > 0 ? [{ files }] : []), ...[...userlands].map((userland) => ({ files: [], userland }))];
}

function cannotRun({ host }: Engine, lacks: string): NotApplicableError {
  return new NotApplicableError({
    doing: `making a cell in the container engine at ${host}`,
    expected: 'it runs privileged containers',
    happened: lacks,
    hint: engineHint,
  });
}

/** Advice for an engine that cannot be used. */
export const engineHint =
  'set DOCKER_HOST to an engine that runs as root and not in user namespaces, or take another machine with --machine';
