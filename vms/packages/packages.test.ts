import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import test from 'ava';
import { cpio } from '../../harness/machines/microvm/cpio.ts';
import { scratch } from '../../test/support/scratch.ts';
import { unpackDeb } from './deb.ts';
import { makeRpm } from './fixtures.ts';
import { readCpio } from './cpio-archive.ts';
import { readRpm } from './rpm.ts';

const xz = ['xz'];
const everything = () => true;

const archive = cpio([
  { path: 'boot/vmlinuz-3.10.0-514.el7.x86_64', kind: 'file', mode: 0o755, content: Buffer.from('a kernel') },
  { path: 'boot/link', kind: 'link', target: 'vmlinuz' },
  {
    path: 'lib/modules/3.10.0-514.el7.x86_64/kernel/fs/overlay.ko.xz',
    kind: 'file',
    mode: 0o644,
    content: Buffer.from('m'),
  },
]);

test('plain files of a cpio archive, those that are wanted', (t) => {
  t.deepEqual(
    readCpio(archive, (path) => path.startsWith('boot/')),
    [{ path: 'boot/vmlinuz-3.10.0-514.el7.x86_64', content: Buffer.from('a kernel') }],
  );
});

test('a path that climbs out of the archive', (t) => {
  const honest = cpio([{ path: 'aa/etc', kind: 'file', mode: 0o644, content: Buffer.from('x') }]);
  const evil = Buffer.from(honest.toString('latin1').replaceAll('aa/etc', '../etc'), 'latin1');
  t.throws(() => readCpio(evil, everything), { message: /it has the path \.\.\/etc/ });
});

test('an archive that is cut off', (t) => {
  t.throws(() => readCpio(archive.subarray(0, 300), everything), {
    message: /^reading the files of a package: it ends within /,
  });
});

for (const [name, compress] of [
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
  ['xz', (data: Buffer) => spawnSync('xz', ['--stdout'], { input: data }).stdout],
] as const) {
  test(`an RPM with a payload of ${name}`, async (t) => {
    const rpm = makeRpm(
      { name: 'kernel', version: '3.10.0', release: '514.el7', architecture: 'x86_64' },
      compress(archive),
    );
    const { name: called, version, files } = await readRpm(rpm, everything, xz);
    t.deepEqual([called, version], ['kernel', '3.10.0-514.el7.x86_64']);
    t.deepEqual(
      files.map(({ path, content }) => [path, content.toString()]),
      [
        ['boot/vmlinuz-3.10.0-514.el7.x86_64', 'a kernel'],
        ['lib/modules/3.10.0-514.el7.x86_64/kernel/fs/overlay.ko.xz', 'm'],
      ],
    );
  });
}

test('what is no RPM', async (t) => {
  await t.throwsAsync(readRpm(Buffer.from('<html>404</html>'), everything, xz), {
    message: `reading an RPM: it does not begin as one
  expected: a package of the format of RPM 4
  what you can do: give the kernel package itself, e.g. kernel-3.10.0-514.el7.x86_64.rpm`,
  });
  const rpm = makeRpm({ name: 'kernel', version: '1', release: '1', architecture: 'noarch' }, gzipSync(archive));
  await t.throwsAsync(readRpm(rpm.subarray(0, 150), everything, xz), {
    message: /a header ends at byte \d+, and the file at 150/,
  });
});

test('a Debian package', async (t) => {
  const directory = scratch(t);
  const tar = spawnSync('tar', ['--create', '--file', '-', '--directory', import.meta.dirname, './deb.ts']).stdout;
  const member = (name: string, content: Buffer) =>
    Buffer.concat([
      Buffer.from(
        `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${`${content.length}`.padEnd(10)}\`\n`,
      ),
      content,
      Buffer.alloc(content.length % 2, '\n'),
    ]);
  const deb = Buffer.concat([
    Buffer.from('!<arch>\n'),
    member('debian-binary', Buffer.from('2.0\n')),
    member('control.tar.gz', gzipSync('nothing')),
    member('data.tar.gz', gzipSync(tar)),
  ]);
  await unpackDeb(deb, directory, xz);
  t.deepEqual(readFileSync(join(directory, 'deb.ts')), readFileSync(join(import.meta.dirname, 'deb.ts')));
  await t.throwsAsync(unpackDeb(deb.subarray(0, 100), directory, xz), {
    message: /it has no member data\.tar|goes beyond its end/,
  });
});
