import { getHeapStatistics } from 'node:v8';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import test from 'ava';
import {
  assert,
  asyncProperty,
  constantFrom,
  integer,
  nat,
  oneof,
  record,
  uint8Array,
  type Arbitrary,
} from 'fast-check';
import { LabError } from '../../core/errors.ts';
import { cpio } from '../../machines/microvm/cpio.ts';
import { decompressKernel } from '../kernel-image/decompress.ts';
import { embeddedConfig } from '../kernel-image/embedded-config.ts';
import { bzImage, withSize } from '../kernel-image/fixtures.ts';
import { inspectKernel } from '../kernel-image/inspection.ts';
import { lz4LegacyMagic } from '../kernel-image/lz4-legacy.ts';
import { hasPvhEntry } from '../kernel-image/pvh.ts';
import { readCpio } from './cpio-archive.ts';
import { debMember } from './deb.ts';
import { makeRpm } from './fixtures.ts';
import { inflate } from './inflate.ts';
import { readRpm } from './rpm.ts';

/** Cases of each parser. */
const cases = 10_000;

/** Mebibytes that all cases of a parser together may add to the memory of their thread, garbage included: 0 to 64 were measured. */
const mostGrowth = 200;

/** Bytes that V8 has for this thread, buffers included. What the process has resident is of no use: other test files are threads of it, too. */
function memoryOfThread(): number {
  const { total_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}

/** Milliseconds after which a single case counts as one that does not end: a watchdog, no measure of speed. */
const watchdog = 60_000;

/** A program that must not be reached: it would be started ten thousand times. */
const noXz = ['/nonexistent/xz'];

/** The values that a hostile file puts into a field: extreme numbers, signs, blanks, digits of other bases. */
const fields = constantFrom(
  ...['ffffffff', 'FFFFFFFC', '-0000001', '        ', '0x000010', '80000000', '7fffffff', '00000000'].map((text) =>
    Buffer.from(text, 'latin1'),
  ),
  ...['ffffffff', 'fcffffff', '00000080', 'ffffff7f', '00000000', 'ffffffffffffffff'].map((hex) =>
    Buffer.from(hex, 'hex'),
  ),
);

/** A valid file, changed in some places; or cut off; or any bytes at all. */
function spoilt(valid: Buffer): Arbitrary<Buffer> {
  const changed = record({
    at: nat(valid.length - 1),
    field: fields,
    second: nat(valid.length - 1),
    byte: integer({ min: 0, max: 255 }),
  }).map(({ at, field, second, byte }) => {
    const copy = Buffer.from(valid);
    field.copy(copy, at);
    copy[second] = byte;
    return copy;
  });
  const cut = nat(valid.length).map((length) => valid.subarray(0, length));
  const any = uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
  // A file with one field changed gets deepest into a reader; a cut or a random one is mostly refused at its first bytes.
  return oneof({ arbitrary: changed, weight: 8 }, { arbitrary: cut, weight: 1 }, { arbitrary: any, weight: 1 });
}

const files = cpio([
  { path: 'boot/vmlinuz-3.10.0', kind: 'file', mode: 0o755, content: Buffer.from('a kernel') },
  { path: 'lib/modules/3.10.0/a.ko', kind: 'file', mode: 0o644, content: Buffer.alloc(100, 'm') },
]);
const facts = { name: 'kernel', version: '3.10.0', release: '514.el7', architecture: 'x86_64' };
const head = (name: string, size: number) => Buffer.from(`${name.padEnd(48)}${`${size}`.padEnd(10)}\`\n`, 'latin1');
const deb = Buffer.concat([
  Buffer.from('!<arch>\n'),
  head('debian-binary', 4),
  Buffer.from('2.0\n'),
  head('data.tar', 8),
  Buffer.alloc(8),
]);
const elf = Buffer.concat([
  Buffer.from('\u007fELF', 'latin1'),
  Buffer.alloc(60),
  Buffer.from('Linux version 5.4.0 (x)\0'),
  Buffer.alloc(900),
]);
const config = Buffer.concat([Buffer.from('IKCFG_ST'), gzipSync('CONFIG_MEMCG=y\n'), Buffer.from('IKCFG_ED')]);
const lz4 = Buffer.alloc(8 + 20);
lz4.writeUInt32LE(lz4LegacyMagic, 0);
lz4.writeUInt32LE(20, 4);
const noted = Buffer.alloc(64 + 56 + 40);
noted.writeBigUInt64LE(64n, 32);
noted.writeUInt16LE(56, 54);
noted.writeUInt16LE(1, 56);
noted.writeUInt32LE(4, 64);
noted.writeBigUInt64LE(120n, 72);
noted.writeBigUInt64LE(40n, 96);

const parsers: { name: string; valid: Buffer; read: (file: Buffer) => unknown }[] = [
  { name: 'cpio', valid: files, read: (file) => readCpio(file, () => true) },
  { name: 'deb', valid: deb, read: (file) => debMember(file, /^data/) },
  {
    name: 'RPM',
    valid: makeRpm(facts, gzipSync(files), { digests: true }),
    read: (file) => readRpm(file, () => true, noXz),
  },
  { name: 'RPM without digests', valid: makeRpm(facts, files), read: (file) => readRpm(file, () => true, noXz) },
  { name: 'gzip payload', valid: gzipSync(files), read: (file) => inflate(file, noXz) },
  { name: 'zstd payload', valid: zstdCompressSync(files), read: (file) => inflate(file, noXz) },
  { name: 'bzImage of gzip', valid: bzImage(gzipSync(elf)), read: (file) => decompressKernel(file, noXz) },
  {
    name: 'bzImage of zstd',
    valid: bzImage(withSize(zstdCompressSync(elf), elf.length)),
    read: (file) => decompressKernel(file, noXz),
  },
  { name: 'bzImage of lz4', valid: bzImage(withSize(lz4, 64)), read: (file) => decompressKernel(file, noXz) },
  { name: 'ELF kernel', valid: Buffer.concat([elf, config]), read: (file) => inspectKernel(file, ['nokmem'], noXz) },
  { name: 'embedded configuration', valid: config, read: embeddedConfig },
  { name: 'ELF notes', valid: noted, read: hasPvhEntry },
];

for (const { name, valid, read } of parsers) {
  test.serial(`${cases.toLocaleString('en')} files for the reader of ${name}: a result or a LabError`, async (t) => {
    t.timeout(2 * watchdog);
    const before = memoryOfThread();
    let most = before;
    await assert(
      asyncProperty(spoilt(valid), async (file) => {
        try {
          await read(file);
        } catch (error) {
          if (!(error instanceof LabError)) throw error;
        }
        most = Math.max(most, memoryOfThread());
      }),
      { numRuns: cases, timeout: watchdog, verbose: 1 },
    );
    const growth = (most - before) / 2 ** 20;
    t.true(growth < mostGrowth, `${growth} MiB`);
  });
}
