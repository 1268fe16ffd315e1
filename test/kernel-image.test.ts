import { readFile } from 'node:fs/promises';
import test from 'ava';
import { execa } from 'execa';
import { quietly } from '../harness/fetch/cache.ts';
import { readBzImage } from '../harness/fetch/kernel-image/bzimage.ts';
import { decompressKernel } from '../harness/fetch/kernel-image/decompress.ts';
import { bzImage, elf, withSize } from '../harness/fetch/kernel-image/fixtures.ts';
import { hasPvhEntry } from '../harness/fetch/kernel-image/pvh.ts';
import { fetchKernel } from '../harness/fetch/kernel.ts';
import { fetchXz } from '../harness/fetch/qemu.ts';
import { failureOf } from '../harness/fetch/fixtures.ts';

const fetching = quietly();

for (const name of ['5.10', '6.1']) {
  test.serial(`the kernel ${name} as Debian has packed it`, async (t) => {
    const { image, release, packages } = await fetchKernel(name, fetching);
    t.true(release.startsWith(`${name}.`));
    t.true(Object.keys(packages).includes(`linux-image-${release}`));
    const bytes = await readFile(image);
    t.is(readBzImage(bytes).version.split(' ')[0], release);
    const kernel = await decompressKernel(bytes, await fetchXz(fetching));
    t.is(kernel.compression, 'lz4');
    t.true(hasPvhEntry(kernel.elf));
    // Names of parameters can be looked for only in what was decompressed.
    t.true(kernel.elf.includes('\0cgroup.memory=\0'));
    t.false(bytes.includes('cgroup.memory='));
  });
}

test.serial('payloads that xz decompresses', async (t) => {
  const xz = await fetchXz(fetching);
  const [program = '', ...words] = xz;
  for (const [compression, option] of [
    ['xz', '--format=xz'],
    ['lzma', '--format=lzma'],
  ] as const) {
    const { stdout } = await execa(program, [...words, option, '-c'], { input: elf, encoding: 'buffer' });
    t.deepEqual(await decompressKernel(bzImage(withSize(Buffer.from(stdout))), xz), { elf, compression });
  }
});

test.serial('a kernel that the catalogue does not have', async (t) => {
  t.regex(
    await failureOf(fetchKernel('2.4', fetching)),
    /^UsageError There is no kernel '2\.4', and no file \S+\/2\.4\. Known kernels: 3\.10\.0-514, .* rolling\.$/,
  );
});
