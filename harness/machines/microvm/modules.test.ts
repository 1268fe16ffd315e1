import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { scratch } from '../../../test/support/scratch.ts';
import { modulesAmong, readModules } from './modules.ts';

/** As much of a module as is read: strings of its section .modinfo. */
const moduleOf = (depends: string) => Buffer.from(`\u007fELF…\0license=GPL\0depends=${depends}\0name=x\0`);

async function kernelDirectory(t: ExecutionContext): Promise<string> {
  const directory = scratch(t);
  const files: Record<string, Buffer> = {
    'kernel/drivers/virtio/virtio_pci.ko': moduleOf('virtio,virtio_ring'),
    'kernel/drivers/virtio/virtio.ko.gz': gzipSync(moduleOf('')),
    'kernel/drivers/virtio/virtio_ring.ko.zst': zstdCompressSync(moduleOf('virtio')),
    'kernel/fs/odd-name.ko': moduleOf('libcrc32c'),
    'kernel/fs/lonely.ko': moduleOf('gone'),
    'modules.builtin': Buffer.from('kernel/lib/libcrc32c.ko\nkernel/fs/ext4/ext4.ko\n'),
  };
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.join(directory, path.dirname(file)), { recursive: true });
    await writeFile(path.join(directory, file), content);
  }
  return directory;
}

test('modules come after all that they need, once, decompressed', async (t) => {
  const directory = await kernelDirectory(t);
  const modules = await readModules(directory, ['virtio-pci', 'virtio_ring'], ['xz']);
  t.deepEqual(modules, [
    { name: 'virtio', content: moduleOf('') },
    { name: 'virtio_ring', content: moduleOf('virtio') },
    { name: 'virtio_pci', content: moduleOf('virtio,virtio_ring') },
  ]);
});

test('what is built in needs no loading', async (t) => {
  const directory = await kernelDirectory(t);
  const modules = await readModules(directory, ['ext4', 'odd_name'], ['xz']);
  t.deepEqual(
    modules.map(({ name }) => name),
    ['odd_name'],
  );
  t.deepEqual(await readModules(undefined, [], ['xz']), []);
});

test('a module that the kernel does not have', async (t) => {
  const directory = await kernelDirectory(t);
  const message = (name: string, neededBy: string, where: string) =>
    `collecting the modules of a micro VM: it is neither there nor built into the kernel
  expected: the module ${name}, which ${neededBy} needs, in ${where}
  what you can do: take a kernel that has it; where it is in several packages, its modules are in kernel-modules-core and kernel-modules (Fedora, RHEL and CentOS from 8 on), kernel-uek-modules (Oracle), linux-modules-RELEASE (Ubuntu, Debian from forky on): --kernel A,B`;
  await t.throwsAsync(readModules(directory, ['overlay'], ['xz']), {
    message: message('overlay', 'the machine', directory),
  });
  await t.throwsAsync(readModules(directory, ['lonely'], ['xz']), {
    message: message('gone', 'the module lonely', directory),
  });
  await t.throwsAsync(readModules(undefined, ['overlay'], ['xz']), {
    message: message('overlay', 'the machine', 'a directory that was not given'),
  });
});

test('of the names that are wished for, those that the kernel has as modules', async (t) => {
  const wished = ['ext4', 'virtio-pci', 'odd_name', 'not_there'];
  t.deepEqual(await modulesAmong(await kernelDirectory(t), wished), ['virtio-pci', 'odd_name']);
});
