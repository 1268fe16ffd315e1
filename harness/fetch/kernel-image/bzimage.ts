import { LabError } from '../../core/errors.ts';

/** The header of a bzImage (Documentation/arch/x86/boot.rst). */
export interface BzImage {
  /** Version of the boot protocol, e.g. `2.15`. */
  protocol: string;
  /** The kernel's own words, e.g. `6.1.0-50-cloud-amd64 (…) #1 SMP …`. */
  version: string;
  /** The compressed kernel. */
  payload: Buffer;
}

/** Offsets of the header's fields. */
const fields = {
  setupSectors: 0x1f1,
  signature: 0x202,
  protocol: 0x206,
  version: 0x20e,
  payload: 0x248,
  length: 0x24c,
};

/** The unit of the size of the set-up code, in bytes (boot.rst). */
const sectorBytes = 512;

/** A version line has some 150 characters; what is longer is none. */
const mostVersionBytes = 1000;

/** The first protocol with the offset of the payload, of Linux 2.6.26. */
const payloadSince = 0x0208;

/** Reads a bzImage. @throws {LabError} when it is none, or one older than Linux 2.6.26 */
export function readBzImage(image: Buffer): BzImage {
  if (image.length < fields.length + 4 || image.toString('latin1', fields.signature, fields.signature + 4) !== 'HdrS') {
    throw unreadable('it has no such header');
  }
  const protocol = image.readUInt16LE(fields.protocol);
  if (protocol < payloadSince) throw unreadable(`its boot protocol is ${versionOf(protocol)}`);
  // 0 stands for 4, for boot loaders of long ago.
  const setup = ((image[fields.setupSectors] || 4) + 1) * sectorBytes;
  const begin = setup + image.readUInt32LE(fields.payload);
  const end = begin + image.readUInt32LE(fields.length);
  if (end - begin < 4) throw unreadable(`its payload has ${end - begin} bytes`);
  if (end > image.length) throw unreadable(`its payload ends at ${end}, and the file at ${image.length}`);
  const words = image.readUInt16LE(fields.version) + sectorBytes;
  return {
    protocol: versionOf(protocol),
    version: image.toString('latin1', words, Math.min(image.indexOf(0, words), words + mostVersionBytes)),
    payload: image.subarray(begin, end),
  };
}

function versionOf(protocol: number): string {
  return `${protocol >> 8}.${protocol & 0xff}`;
}

function unreadable(happened: string): LabError {
  return new LabError({
    doing: 'reading a kernel image',
    expected: `a bzImage with the boot protocol ${versionOf(payloadSince)} or later, as x86 kernels have since 2.6.26`,
    happened,
    hint: 'give the file that a boot loader loads: vmlinuz or bzImage',
  });
}
