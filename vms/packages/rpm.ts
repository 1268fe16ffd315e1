import { LabError } from '../../harness/errors.ts';
import { readCpio, type ArchivedFile } from './cpio-archive.ts';
import { inflate } from './inflate.ts';

/** What an RPM says it is, and the files that were wanted of it. */
export interface RpmPackage {
  name: string;
  /** `VERSION-RELEASE.ARCH`, e.g. `3.10.0-514.el7.x86_64`. */
  version: string;
  files: ArchivedFile[];
}

/** Bytes of the lead, which has nothing that the headers do not say better (rpm's file format, version 3). */
const leadBytes = 96;
const leadMagic = 0xedabeedb;
const headerMagic = 0x8eade8;
/** Bytes of a header's own head, and of each of its entries. */
const introBytes = 16;
const entryBytes = 16;

/** Tags of the main header (rpmtag.h). */
const tags = { name: 1000, version: 1001, release: 1002, architecture: 1022 } as const;

/**
 * Reads an RPM: its name and version, and the plain files whose paths are wanted. Signatures are not checked: what is
 * relied on is the digest of the file.
 *
 * @throws {LabError} when it is no RPM, or is damaged
 */
export async function readRpm(
  rpm: Buffer,
  wanted: (path: string) => boolean,
  xz: readonly string[],
): Promise<RpmPackage> {
  if (rpm.length < leadBytes || rpm.readUInt32BE(0) !== leadMagic) throw unreadable('it does not begin as one');
  const signature = readHeader(rpm, leadBytes);
  // The signature alone is padded.
  const main = readHeader(rpm, (signature.end + 7) & ~7);
  const payload = await inflate(rpm.subarray(main.end), xz);
  const { name, version, release, architecture } = tags;
  return {
    name: main.text(name),
    version: `${main.text(version)}-${main.text(release)}.${main.text(architecture)}`,
    files: readCpio(payload, wanted),
  };
}

interface Header {
  end: number;
  /** The string of a tag. */
  text: (tag: number) => string;
}

function readHeader(rpm: Buffer, at: number): Header {
  if (at + introBytes > rpm.length || rpm.readUIntBE(at, 3) !== headerMagic)
    throw unreadable(`no header at byte ${at}`);
  const entries = rpm.readUInt32BE(at + 8);
  const store = at + introBytes + entries * entryBytes;
  const end = store + rpm.readUInt32BE(at + 12);
  if (end > rpm.length) throw unreadable(`a header ends at byte ${end}, and the file at ${rpm.length}`);
  const text = (tag: number) => {
    for (let entry = at + introBytes; entry < store; entry += entryBytes) {
      if (rpm.readUInt32BE(entry) !== tag) continue;
      const begin = store + rpm.readUInt32BE(entry + 8);
      return rpm.toString('utf8', begin, rpm.indexOf(0, begin));
    }
    throw unreadable(`it has no tag ${tag}`);
  };
  return { end, text };
}

function unreadable(happened: string): LabError {
  return new LabError({
    doing: 'reading an RPM',
    expected: 'a package of the format of RPM 4',
    happened,
    hint: 'give the kernel package itself, e.g. kernel-3.10.0-514.el7.x86_64.rpm',
  });
}
