import { LabError } from '../../core/errors.ts';
import { unpackTar } from './unpack-tar.ts';
import { inflate } from './inflate.ts';

/** The magic of an archive, and the size of a member's header in bytes (ar(5), deb(5)). */
const magic = '!<arch>\n';
const headerBytes = 60;

/**
 * Unpacks the files of a Debian package below a directory.
 *
 * @throws {LabError} when it is no such package, or is damaged
 */
export async function unpackDeb(deb: Buffer, directory: string, xz: readonly string[]): Promise<void> {
  const archive = await inflate(debMember(deb, /^data\.tar/), xz);
  await unpackTar({ source: 'a Debian package', content: archive }, { target: directory });
}

/** A member of the ar archive that a Debian package is (deb(5)). */
export function debMember(deb: Buffer, wanted: RegExp): Buffer {
  if (deb.toString('latin1', 0, magic.length) !== magic) throw unreadable('it does not begin as one');
  for (let at = magic.length; at + headerBytes <= deb.length;) {
    const name = deb.toString('latin1', at, at + 16).trim();
    const digits = deb.toString('latin1', at + 48, at + 58).trim();
    if (!/^\d+$/.test(digits)) throw unreadable(`its member ${JSON.stringify(name)} has no size`);
    const size = Number(digits);
    const begin = at + headerBytes;
    if (begin + size > deb.length) throw unreadable(`its member ${JSON.stringify(name)} goes beyond its end`);
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
