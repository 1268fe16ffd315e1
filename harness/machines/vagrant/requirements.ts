import { constants } from 'node:fs';
import { messageOf } from '../../core/errors.ts';
import { isThere, requireLinux, type Requirement } from '../../core/requirement.ts';
import { findInPath } from '../../fetch/qemu.ts';
import { usualBox } from '../../../vms/boxes.ts';
import { run } from '../../fetch/programs/program.ts';
import type { VagrantSettings } from './settings.ts';
import type { Vagrant } from './vagrant.ts';

/** The requirements of boxes, each with the state found. Vagrant itself is asked whether it can use a provider. */
export async function vagrantRequirements(vagrant: Vagrant): Promise<Requirement[]> {
  const linux = requireLinux();
  if (!linux.met) return [linux];
  const { words } = vagrant.settings;
  const program = words.length === 1 ? await find(words[0] ?? '') : words.join(' ');
  const missing = {
    fix: 'install vagrant and vagrant-libvirt, or VirtualBox; DOCKERD_LEAK_LAB_VAGRANT names another vagrant',
  };
  if (program === undefined)
    return [linux, { what: 'vagrant', met: false, found: `there is no ${words[0] ?? ''}`, ...missing }];
  try {
    const version = await vagrant.version();
    return [linux, { what: 'vagrant', met: true, found: `${version}, ${program}`, fix: '' }, await provider(vagrant)];
  } catch (error) {
    return [linux, { what: 'vagrant', met: false, found: firstLine(error), ...missing }];
  }
}

async function find(program: string): Promise<string | undefined> {
  if (!program.includes('/')) return await findInPath(program);
  return (await isThere(program, constants.X_OK)) ? program : undefined;
}

/** The socket of libvirtd; where systemd starts that when it is needed, the socket is there before. */
const libvirtSocket = '/var/run/libvirt/libvirt-sock';

/** Vagrant chooses VirtualBox only where it can be used; of libvirt it notices at the first box. */
async function provider(vagrant: Vagrant): Promise<Requirement> {
  const needed = {
    what: 'a provider of boxes',
    fix: 'start libvirtd (systemctl start libvirtd) and let this user use it (group libvirt), or install VirtualBox',
  };
  try {
    const name = await vagrant.provider(usualBox);
    if (name !== 'libvirt') return { ...needed, met: true, found: name };
    const met = await leadsTo(vagrant.settings, libvirtSocket);
    return { ...needed, met, found: met ? name : `libvirt, but libvirtd does not run: there is no ${libvirtSocket}` };
  } catch (error) {
    return { ...needed, met: false, found: firstLine(error) };
  }
}

async function leadsTo({ words }: VagrantSettings, socket: string): Promise<boolean> {
  const [program, ...rest] = [...words.slice(0, -1), 'test', '-S', socket];
  return (await run(program, rest, { timeout: 60_000 })).exitCode === 0;
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n')[0] ?? '';
}
