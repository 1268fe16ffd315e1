import { cacheDirectory } from '../../fetch/cache.ts';
import { boxes, usualBox, type Box } from '../../../vms/boxes.ts';
import type { Kernel } from '../../fetch/kernel.ts';
import { named } from '../../core/did-you-mean.ts';
import { describeBareHost } from '../shared/bare-host.ts';
import { killsIn } from '../shared/budget-readings.ts';
import { emulatedSlowness } from '../shared/emulated.ts';
import type { MachineKind, MachineSpec } from '../shared/kind.ts';
import type { Machine } from '../../machine/contract.ts';
import { readGuestFile } from '../agent/file.ts';
import { runProgram } from '../agent/program.ts';
import { bringBeside } from './beside.ts';
import type { WarmBox } from './box.ts';
import { BoxMachine, type BoxParts } from './box-machine.ts';
import { cgroupParameters, cgroupsOf } from './cgroups-of-box.ts';
import { dockerOfBox, requireVersion, type DockerOfBox } from './docker-of-box.ts';
import { vagrantRequirements } from './requirements.ts';
import { vagrantSettings } from './settings.ts';
import { sweepBoxes } from './sweep.ts';
import { Vagrant } from './vagrant.ts';
import { releaseBoxes, takeTurn, warmBox } from './warm-boxes.ts';

/** Whole systems that others have built, in VMs of vagrant. */
export const vagrantKind: MachineKind = {
  name: 'vagrant',
  summary: 'whole boxes of CentOS and Debian, with their own systemd',
  boots: true,
  kernels: {
    usual: usualBox,
    find: (name) => Promise.resolve(kernelOf(named('box', name, boxes))),
  },
  requirements: () => vagrantRequirements(theVagrant()),
  describe: () => Promise.resolve(describeBareHost('vagrant')),
  // A box takes 2 GiB and two CPUs, and one cell at a time.
  jobs: () => 1,
  open,
  sweep: () => sweepBoxes(theVagrant(), cacheDirectory()),
  release: releaseBoxes,
};

function theVagrant(): Vagrant {
  return new Vagrant(vagrantSettings(cacheDirectory()));
}

/** A box is a kernel with all that belongs to it. */
function kernelOf({ name, box, version, kernel }: Box): Kernel {
  return { name, release: kernel, packages: { [box]: version } };
}

async function open(spec: MachineSpec): Promise<Machine> {
  const { build, kernel, boot, event, signal } = spec;
  const box = named('box', kernel?.name ?? '', boxes);
  const docker = dockerOfBox(box, build);
  const parameters = [...boot.parameters, ...cgroupParameters(box, boot.cgroupVersion ?? cgroupsOf(build))];
  const next = await takeTurn(box);
  try {
    const vm = await warmBox(theVagrant(), box, docker, spec);
    // A kernel that is measured itself has to be a fresh one.
    await vm.prepare(docker, parameters, { fresh: build === undefined, event, signal });
    return new BoxMachine(await enter(vm, docker, spec), {
      async leave() {
        await vm.leave(event);
        next();
      },
    });
  } catch (error) {
    next();
    throw error;
  }
}

/** Starts the cell in its box. */
async function enter(vm: WarmBox, docker: DockerOfBox, spec: MachineSpec): Promise<BoxParts> {
  const { box } = vm;
  const { build, boot, budget, beside = [], event } = spec;
  await using onFailure = new AsyncDisposableStack();
  onFailure.defer(() => vm.leave(event));
  const { connection, facts } = await vm.enter(budget);
  onFailure.use(connection);
  const { channel, greeting } = connection;
  const isEmulated = facts.get('virtualization') === 'qemu';
  const parts: BoxParts = {
    connection,
    description: {
      kind: 'vagrant',
      machine: `vagrant, ${box.box} ${box.version}`,
      kernel: greeting.release,
      kernelCommandLine: greeting.commandline,
      // systemd has the unified hierarchy beside the others, too, and then only for itself.
      cgroupVersion: greeting.cgroups.every((name) => name === 'v2') ? 2 : 1,
      cpus: greeting.cpus,
      memoryBytes: greeting.memory,
      limits: isEmulated ? ['emulated-cpu'] : [],
      ...(isEmulated && { slowness: emulatedSlowness }),
    },
    path: docker.path,
    systemd: Number(facts.get('systemd')),
    beside: await bringBeside(vm, beside),
    enterCommand: vm.enterCommand,
    killedBefore: killsIn((await readGuestFile(channel, '/proc/vmstat')).toString()),
  };
  if (build) {
    const found = await vm.dockerIn(channel, docker);
    requireVersion(box, build, found.version);
    // A package of the box may be another revision than the build that the run's record has.
    event({ code: 'box-docker', ...found });
  }
  if (boot.modules?.length) await runProgram(channel, ['/sbin/modprobe', '-a', ...boot.modules]);
  onFailure.move();
  return parts;
}
