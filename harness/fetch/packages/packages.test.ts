import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import test from 'ava';
import { cpio } from '../../machines/microvm/cpio.ts';
import { scratch } from '../../../test/support/scratch.ts';
import { LabError } from '../../core/errors.ts';
import { unpackDeb } from './deb.ts';
import { makeRpm } from './fixtures.ts';
import { readCpio } from './cpio-archive.ts';
import { inflate } from './inflate.ts';
import { readRpm } from './rpm.ts';
import { unpackTar } from './unpack-tar.ts';

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
    message: `reading an RPM: it begins with "<html>404</html>"
  expected: an undamaged package of the format of RPM 4
  what you can do: give the package itself, e.g. kernel-3.10.0-514.el7.x86_64.rpm, as its publisher has it`,
  });
  const rpm = makeRpm({ name: 'kernel', version: '1', release: '1', architecture: 'noarch' }, gzipSync(archive));
  await t.throwsAsync(readRpm(rpm.subarray(0, 150), everything, xz), {
    message: /a header ends at byte \d+, and the file at 150/,
  });
});

test('an RPM that was altered after its digests were made', async (t) => {
  const facts = { name: 'kernel', version: '1', release: '1', architecture: 'noarch' };
  const rpm = makeRpm(facts, gzipSync(archive), { digests: true });
  t.is((await readRpm(rpm, everything, xz)).name, 'kernel');
  const altered = Buffer.from(rpm);
  altered.writeUInt8(altered.readUInt8(altered.length - 9) ^ 1, altered.length - 9);
  await t.throwsAsync(readRpm(altered, everything, xz), {
    message: /^reading an RPM: its md5 is [0-9a-f]{32}, and it says /,
  });
  const renamed = Buffer.from(rpm.toString('latin1').replace('kernel\0', 'kernal\0'), 'latin1');
  await t.throwsAsync(readRpm(renamed, everything, xz), { message: /^reading an RPM: its sha1 is / });
});

/** One byte a thousand times over, packed so that it unpacks to far more than a package holds. */
for (const [format, bomb] of [
  ['gzip', gzipSync(Buffer.alloc(64 << 20))],
  ['zstd', zstdCompressSync(Buffer.alloc(64 << 20))],
  ['xz', spawnSync('sh', ['-c', 'head -c 67108864 /dev/zero | xz --stdout'], { maxBuffer: 1 << 20 }).stdout],
] as const) {
  test(`a decompression bomb of ${format}`, async (t) => {
    await t.throwsAsync(inflate(bomb, xz), {
      instanceOf: LabError,
      message: new RegExp(
        `^decompressing the files of a package: ${bomb.length.toLocaleString('en')} compressed bytes hold more, or take longer\n {2}expected: at most [\\d,]+ bytes, within 120 s\n`,
      ),
    });
  });
}

test('a bomb within a tar archive, and members that are no files', async (t) => {
  const directory = scratch(t);
  const make = (script: string) =>
    spawnSync('sh', ['-c', `cd "$0" && ${script}`, directory], { maxBuffer: 1 << 26 }).stdout;
  const unpack = (content: Buffer) => unpackTar({ source: 'it', content }, { target: scratch(t) });
  const bomb = make('truncate -s 2G zeros && tar --create --sparse --gzip --file - zeros');
  const file = join(directory, 'bomb.tgz');
  writeFileSync(file, bomb);
  const content = { file, bytes: bomb.length };
  await t.throwsAsync(unpackTar({ source: 'it', content }, { target: scratch(t) }), {
    message: /^unpacking it: [\d,]+ compressed bytes hold more, or take longer\n/,
  });
  const fifo = make('mkfifo pipe && tar --create --file - pipe');
  await t.throwsAsync(unpack(fifo), {
    message: /^unpacking it: it has a member that is no file, directory or link: p/,
  });
  const climbs = make('ln -s ../../etc link && tar --create --file - link');
  await t.throwsAsync(unpack(climbs), { message: /^unpacking it: it has a link from link to \.\.\/\.\.\/etc\n/ });
  const device = make('mknod null c 1 3 && tar --create --file - null');
  await t.throwsAsync(unpack(device), {
    message: /^unpacking it: it has a member that is no file, directory or link: c/,
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
