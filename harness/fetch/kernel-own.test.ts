import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { cpio } from '../machines/microvm/cpio.ts';
import { readModules } from '../machines/microvm/modules.ts';
import { scratch } from '../../test/support/scratch.ts';
import { failureOf, silently } from './fixtures.ts';
import { fetchOwnKernel } from './kernel-own.ts';
import { makeRpm } from './packages/fixtures.ts';

const release = '6.6.1-1.el9.x86_64';
const image = { [`lib/modules/${release}/vmlinuz`]: 'an image', [`lib/modules/${release}/modules.builtin`]: '' };
const module = { [`lib/modules/${release}/kernel/fs/overlay.ko`]: 'a module\0depends=\0' };

/** Packages of a kernel in a directory, and a cache beside them. */
async function makePackages(t: ExecutionContext, packages: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const directory = scratch(t);
  for (const [name, files] of Object.entries(packages)) {
    const file = path.join(directory, name);
    await writeFile(file, name.endsWith('.deb') ? await debOf(t, files) : rpmOf(name.replace('.rpm', ''), files));
  }
  const fetch = (...names: string[]) =>
    fetchOwnKernel(names.map((name) => path.join(directory, name)).join(','), silently(path.join(directory, 'cache')));
  return { directory, fetch };
}

function rpmOf(name: string, files: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(files).map(([file, text]) => ({
    path: file,
    kind: 'file' as const,
    mode: 0o644,
    content: Buffer.from(text),
  }));
  return makeRpm({ name, version: '6.6.1', release: '1.el9', architecture: 'x86_64' }, gzipSync(cpio(entries)));
}

async function debOf(t: ExecutionContext, files: Readonly<Record<string, string>>): Promise<Buffer> {
  const root = scratch(t);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.join(root, path.dirname(file)), { recursive: true });
    await writeFile(path.join(root, file), text);
  }
  const tar = execFileSync('tar', ['--create', '--gzip', '--file', '-', '--directory', root, '.']);
  const head = `${'data.tar.gz'.padEnd(16)}${'0'.padEnd(32)}${`${tar.length}`.padEnd(10)}\`\n`;
  return Buffer.concat([Buffer.from(`!<arch>\n${head}`), tar]);
}

test('a kernel in three RPMs, as Fedora has it', async (t) => {
  const { fetch } = await makePackages(t, {
    'kernel-core.rpm': image,
    'kernel-modules-core.rpm': module,
    'kernel-modules.rpm': { [`lib/modules/${release}/kernel/net/veth.ko`]: 'another\0depends=\0' },
  });
  const kernel = await fetch('kernel-core.rpm', 'kernel-modules-core.rpm', 'kernel-modules.rpm');
  t.is(kernel.release, release);
  t.is(await readFile(kernel.image, 'utf8'), 'an image');
  t.deepEqual(Object.keys(kernel.packages), ['kernel-core', 'kernel-modules-core', 'kernel-modules']);
  const modules = await readModules(kernel.modules, ['overlay', 'veth'], ['xz']);
  t.deepEqual(
    modules.map(({ name }) => name),
    ['overlay', 'veth'],
  );
});

test('a kernel in two Debian packages, as Ubuntu has it', async (t) => {
  const { fetch } = await makePackages(t, {
    'linux-image.deb': { [`boot/vmlinuz-${release}`]: 'an image', 'usr/share/doc/copyright': 'text' },
    'linux-modules.deb': { ...module, [`lib/modules/${release}/modules.builtin`]: 'kernel/fs/ext4/ext4.ko\n' },
  });
  const kernel = await fetch('linux-modules.deb', 'linux-image.deb');
  t.is(await readFile(kernel.image, 'utf8'), 'an image');
  t.deepEqual(
    (await readModules(kernel.modules, ['overlay', 'ext4'], ['xz'])).map(({ name }) => name),
    ['overlay'],
  );
});

test('what is missing is named with the package that has it', async (t) => {
  const { fetch } = await makePackages(t, { 'kernel-core.rpm': image, 'kernel-modules.rpm': module });
  t.regex(
    await failureOf(fetch('kernel-modules.rpm')),
    /^LabError fetching a kernel from kernel-modules\.rpm: there are 0\n {2}expected: one file .*\n {2}what you can do: the image is in kernel-core \(Fedora, .*: give all packages of a kernel, --kernel A,B$/,
  );
  const { modules } = await fetch('kernel-core.rpm');
  t.regex(
    await failureOf(readModules(modules, ['overlay'], ['xz'])),
    /^LabError collecting the modules of a micro VM: it is neither there nor built into the kernel\n {2}expected: the module overlay, .*\n {2}what you can do: .* its modules are in kernel-modules-core and kernel-modules \(Fedora, .*\): --kernel A,B$/,
  );
});

test('nothing that is given is left out in silence', async (t) => {
  const { directory, fetch } = await makePackages(t, {
    'kernel-core.rpm': image,
    'kernel-headers.rpm': { 'usr/include/linux/types.h': 'text' },
    'kernel-other.rpm': { 'lib/modules/5.5.5/kernel/fs/overlay.ko': 'a module' },
    'linux-modules.deb': module,
  });
  t.regex(
    await failureOf(fetch('kernel-core.rpm', 'kernel-headers.rpm')),
    /^LabError unpacking kernel-headers\.rpm: kernel-headers 6\.6\.1-1\.el9\.x86_64 has no file boot\/vmlinuz-… and none below lib\/modules\n/,
  );
  t.regex(
    await failureOf(fetch('kernel-core.rpm', 'kernel-other.rpm')),
    /^LabError fetching a kernel from kernel-core\.rpm, kernel-other\.rpm: there are modules of 5\.5\.5\n {2}expected: modules of the release of its image, 6\.6\.1-1\.el9\.x86_64\n {2}what you can do: give packages of one version$/,
  );
  t.is(
    await failureOf(fetch('kernel-core.rpm', 'linux-modules.deb')),
    `UsageError The kernel '${directory}/kernel-core.rpm,${directory}/linux-modules.deb' has .rpm packages, and ${directory}/linux-modules.deb is none: a kernel is packages of one kind.`,
  );
  t.regex(
    await failureOf(fetch('kernel-core.rpm', 'kernel-other.rpm', 'kernel-other.rpm')),
    /^UsageError The kernel '.*' is to be at most 8 different packages\.$/,
  );
});
