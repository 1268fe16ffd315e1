import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { boxes, usualBox } from '../../vms/boxes.ts';
import type { Fetching } from '../../vms/build.ts';
import { usualKernel } from '../../vms/kernels.ts';
import { fetchKernel } from '../../harness/fetch/kernel.ts';
import { fetchKit } from '../../harness/fetch/kit.ts';
import { fetchXz } from '../../harness/fetch/qemu.ts';
import { fetchUserland } from '../../harness/fetch/userland.ts';
import type { LocalCell } from '../../harness/machines/local/local.ts';
import { cpio } from '../../harness/machines/microvm/cpio.ts';
import { readModules } from '../../harness/machines/microvm/modules.ts';
import { vagrantPlaces } from './box-cell.ts';
import { diskBytes, makeDisk } from './box-disk.ts';

const parts = path.join(import.meta.dirname, 'box');

/** Makes files in a directory that the cell shows as `/boxes`, and in the cell a box of them, which is then one of its vagrant's. */
export async function addDebianBox(cell: LocalCell, directory: string, fetching: Fetching): Promise<void> {
  await makeFiles(directory, fetching);
  const known = boxes.find(({ name }) => name === usualBox);
  const { box = '', version = '' } = known ?? {};
  const metadata = { provider: 'libvirt', format: 'qcow2', virtual_size: diskBytes / 2 ** 30 };
  const url = 'file:///var/lib/docker/debian.box';
  const published = { name: box, versions: [{ version, providers: [{ name: 'libvirt', url }] }] };
  await cell.writeFile('/var/lib/docker/metadata.json', JSON.stringify(metadata));
  await cell.writeFile('/var/lib/docker/box.json', JSON.stringify(published));
  await cell.writeFile('/var/lib/docker/Vagrantfile', await readFile(path.join(parts, 'Vagrantfile')));
  const script = `cd /var/lib/docker
    qemu-img convert -O qcow2 /boxes/box.raw box.img
    tar -cf debian.box metadata.json Vagrantfile box.img
    rm box.img
    VAGRANT_HOME=${vagrantPlaces.VAGRANT_HOME} HOME=/root vagrant box add box.json
    rm debian.box`;
  const ran = await cell.run(['sh', '-ec', script], { timeout: 15 * 60_000 });
  if (ran.exitCode !== 0) throw new Error(`making the box: ${ran.stdout}\n${ran.stderr}`);
  await rm(path.join(directory, 'box.raw'));
}

async function makeFiles(directory: string, fetching: Fetching): Promise<void> {
  const [system, tools, kernel, kit] = [
    await fetchUserland('box', fetching),
    await fetchUserland('boxes', fetching),
    await fetchKernel(usualKernel, fetching),
    await fetchKit('guest', fetching),
  ];
  const root = path.join(directory, 'root');
  await execa('cp', ['-a', system.root, root]);
  const key = path.join(tools.root, 'usr/share/rubygems-integration/all/gems/vagrant-2.3.4/keys/vagrant.pub');
  await execa('sh', [path.join(parts, 'prepare.sh'), root, key, kernel.release]);
  const modules = path.join(root, 'usr/lib/modules', kernel.release);
  await cp(kernel.modules ?? '', modules, { recursive: true });
  await execa('chroot', [root, 'depmod', kernel.release]);

  const loaded = await readModules(kernel.modules, ['virtio_pci', 'virtio_blk', 'ext4'], await fetchXz(fetching));
  const initrd = cpio([
    { path: 'init', kind: 'file', mode: 0o755, content: await readFile(path.join(parts, 'init.sh')) },
    { path: 'bin/busybox', kind: 'file', mode: 0o755, content: await readFile(path.join(kit.root, 'usr/bin/busybox')) },
    { path: 'dev', kind: 'directory', mode: 0o755 },
    { path: 'root', kind: 'directory', mode: 0o755 },
    ...loaded.map(({ name, content }, at) => ({
      path: `modules/${String(at).padStart(3, '0')}-${name}`,
      kind: 'file' as const,
      mode: 0o644,
      content,
    })),
  ]);
  const boot = path.join(root, 'boot');
  await mkdir(boot, { recursive: true });
  await copyFile(kernel.image, path.join(boot, `vmlinuz-${kernel.release}`));
  await writeFile(path.join(boot, `initrd.img-${kernel.release}`), initrd);
  await makeDisk(root, path.join(directory, 'box.raw'), fetching);
  await rm(root, { recursive: true });
}
