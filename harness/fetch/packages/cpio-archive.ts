import { LabError } from '../../core/errors.ts';

/** A file of an archive. */
export interface ArchivedFile {
  /** Without `./` or `/` in front. */
  path: string;
  content: Buffer;
}

/** Bytes of a header: a magic of six and thirteen fields of eight digits (cpio(5), the new ASCII format). */
const headerBytes = 110;

/** The type of a regular file, and the mask of the type in a mode (S_IFREG and S_IFMT of inode(7)). */
const fileType = 0o100000;
const typeMask = 0o170000;

/**
 * The plain files of a cpio archive in the formats `newc` and `crc`, as RPMs have them.
 *
 * @param wanted whether a path is; the others are passed over
 * @throws {LabError} when the archive is damaged, or of another format
 */
export function readCpio(archive: Buffer, wanted: (path: string) => boolean): ArchivedFile[] {
  const files: ArchivedFile[] = [];
  for (let at = 0; ;) {
    const magic = archive.toString('latin1', at, at + 6);
    if (magic !== '070701' && magic !== '070702') throw damaged(`at byte ${at} stands ${JSON.stringify(magic)}`);
    // A number that is cut off is none, and no offset could be reckoned with it.
    if (at + headerBytes > archive.length) throw damaged('it ends within a header');
    const field = (index: number) => hexOf(archive.toString('latin1', at + 6 + 8 * index, at + 14 + 8 * index));
    const [mode, size, nameBytes] = [field(1), field(6), field(11)];
    if (mode === undefined || size === undefined || nameBytes === undefined)
      throw damaged(`the header at byte ${at} has no numbers`);
    if (at + headerBytes + nameBytes > archive.length) throw damaged(`the name at byte ${at} goes beyond the end`);
    const name = archive.toString('utf8', at + headerBytes, at + headerBytes + nameBytes - 1);
    if (name === 'TRAILER!!!') return files;
    const begin = aligned(at + headerBytes + nameBytes);
    if (begin + size > archive.length) throw damaged(`it ends within ${name}`);
    const path = name.replace(/^\.?\/+/, '');
    // A path that climbs would be written elsewhere.
    if (path.split('/').includes('..')) throw damaged(`it has the path ${name}`);
    if ((mode & typeMask) === fileType && wanted(path))
      files.push({ path, content: archive.subarray(begin, begin + size) });
    at = aligned(begin + size);
  }
}

/** Eight digits and nothing else: a sign or a blank would send the reader backwards. */
function hexOf(digits: string): number | undefined {
  return /^[0-9a-fA-F]{8}$/.test(digits) ? Number.parseInt(digits, 16) : undefined;
}

/** Not by bits: those of JavaScript are 32, and an offset may have more. */
function aligned(offset: number): number {
  return Math.ceil(offset / 4) * 4;
}

function damaged(happened: string): LabError {
  return new LabError({
    doing: 'reading the files of a package',
    expected: 'a cpio archive of the format newc',
    happened,
    hint: 'the package may be damaged: download it again',
  });
}
