import { execa } from 'execa';
import { LabError } from '../../harness/errors.ts';
import { dieWithUs } from '../obtain/program.ts';
import { inflate } from './inflate.ts';

/** How an archive begins, and the bytes of a member's header (ar(5), deb(5)). */
const magic = '!<arch>\n';
const headerBytes = 60;

/**
 * Unpacks the files of a Debian package below a directory.
 *
 * @throws {LabError} when it is no such package, or is damaged
 */
export async function unpackDeb(deb: Buffer, directory: string, xz: readonly string[]): Promise<void> {
  const archive = await inflate(member(deb, /^data\.tar/), xz);
  const words = ['--extract', '--file', '-', '--directory', directory, '--no-same-owner', '--no-same-permissions'];
  const [program, ...rest] = [...dieWithUs, 'tar', ...words];
  const ran = await execa(program, rest, { input: archive, reject: false });
  if (ran.exitCode === 0) return;
  throw new LabError({
    doing: 'unpacking a Debian package',
    expected: 'tar unpacks its files',
    happened: `it exited with ${ran.exitCode ?? ran.signal}`,
    evidence: ran.stderr,
    hint: 'look whether the disk of the cache is full; else give a whole copy of the package',
  });
}

/** A member of the ar archive that a Debian package is (deb(5)). */
function member(deb: Buffer, wanted: RegExp): Buffer {
  if (deb.toString('latin1', 0, magic.length) !== magic) throw unreadable('it does not begin as one');
  for (let at = magic.length; at + headerBytes <= deb.length;) {
    const name = deb.toString('latin1', at, at + 16).trim();
    const size = Number(deb.toString('latin1', at + 48, at + 58));
    const begin = at + headerBytes;
    if (!Number.isInteger(size) || begin + size > deb.length)
      throw unreadable(`its member ${name} goes beyond its end`);
    if (wanted.test(name)) return deb.subarray(begin, begin + size);
    at = begin + size + (size % 2);
  }
  throw unreadable('it has no member data.tar');
}

function unreadable(happened: string): LabError {
  return new LabError({
    doing: 'reading a Debian package',
    expected: 'a package of the format 2.0',
    happened,
    hint: 'give the kernel package itself, e.g. linux-image-6.1.0-50-cloud-amd64_6.1.176-1_amd64.deb',
  });
}
