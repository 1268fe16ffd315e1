import { open, readFile, truncate } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import type { Fetching } from '../../vms/build.ts';
import { fetchMke2fs } from '../../harness/fetch/mke2fs.ts';

/** Bytes of the disk; the file has only those that are used. */
export const diskBytes = 2 ** 31;

/** Bytes; what every disk has. */
const sector = 512;

/** Where the one partition begins, in bytes: as fdisk puts it. GRUB lies before it. */
const partition = 2 ** 20;

/** Makes the disk of a PC with a BIOS, from a root file system that has the package grub-pc-bin. Mounts nothing. */
export async function makeDisk(root: string, file: string, fetching: Fetching): Promise<void> {
  const core = await makeLoader(root);
  const [mke2fs = '', ...words] = await fetchMke2fs(fetching);
  await (await open(file, 'w')).close();
  await truncate(file, diskBytes);
  const blocks = `${(diskBytes - partition) / 1024}k`;
  const format = ['-q', '-t', 'ext4', '-m', '0', '-O', '^has_journal', '-E', `offset=${partition}`, '-d', root];
  await execa(mke2fs, [...words, ...format, file, blocks]);
  await using disk = await open(file, 'r+');
  await disk.write(bootRecord(await readFile(path.join(root, modules, 'boot.img'))), 0, sector, 0);
  await disk.write(core, 0, core.length, sector);
}

const modules = 'usr/lib/grub/i386-pc';

/** The core image that GRUB's boot record loads, which knows file systems and reads the rest from `/boot/grub`. */
async function makeLoader(root: string): Promise<Buffer> {
  const prefix = '(hd0,msdos1)/boot/grub';
  const words = ['-O', 'i386-pc', '-p', prefix, '-o', '/core.img', 'biosdisk', 'part_msdos', 'ext2'];
  await execa('chroot', [root, 'grub-mkimage', ...words]);
  await execa('sh', ['-ec', 'mkdir -p boot/grub && cp -r "$0" boot/grub/ && mv core.img boot/grub/i386-pc/', modules], {
    cwd: root,
  });
  const core = await readFile(path.join(root, 'boot/grub/i386-pc/core.img'));
  if (sector + core.length > partition)
    throw new Error(`the boot loader's ${core.length} bytes do not fit before the partition`);
  return core;
}

/** GRUB's boot record, which loads what begins in the next sector by itself, with a table of the one partition. */
function bootRecord(boot: Buffer): Buffer {
  const record = Buffer.from(boot.subarray(0, sector));
  const table = 446;
  record.fill(0, table, 510);
  // Active, no geometry, Linux, its first sector and how many it has.
  record.writeUInt8(0x80, table);
  record.writeUInt8(0x83, table + 4);
  record.writeUInt32LE(partition / sector, table + 8);
  record.writeUInt32LE((diskBytes - partition) / sector, table + 12);
  return record;
}
