import { createHash } from 'node:crypto';
import { LabError } from '../../core/errors.ts';
import { readCpio, type ArchivedFile } from './cpio-archive.ts';
import { inflate } from './inflate.ts';
import { readRpmHeader, type RpmHeader } from './rpm-header.ts';

/** An RPM's description of itself, and the files that were requested. */
export interface RpmPackage {
  name: string;
  /** `VERSION-RELEASE.ARCH`, e.g. `3.10.0-514.el7.x86_64`. */
  version: string;
  files: ArchivedFile[];
}

/** Bytes of the lead, which has nothing that the headers do not say better (rpm's file format, version 3). */
export const leadBytes = 96;
const leadMagic = 0xedabeedb;

/** Tags of the main header (rpmtag.h). */
const tags = { name: 1000, version: 1001, release: 1002, architecture: 1022 } as const;

/** Digests in the signature header (rpmtag.h): of the main header, in hex, and of header and payload, as bytes. */
const digestTags = { sha1: 269, sha256: 273, md5: 1004 } as const;

/**
 * Reads an RPM: its name and version, and the plain files whose paths are wanted. The digests in it are checked, so that a file
 * that was cut off or altered on its way is found; who made it is not asked, as the lab has no keys.
 *
 * @throws {LabError} when it is no RPM, is damaged, or decompresses to more than a package holds
 */
export async function readRpm(
  rpm: Buffer,
  wanted: (path: string) => boolean,
  xz: readonly string[],
): Promise<RpmPackage> {
  if (rpm.length < leadBytes || rpm.readUInt32BE(0) !== leadMagic) {
    throw notRpm(`it begins with ${JSON.stringify(rpm.toString('latin1', 0, 16))}`);
  }
  const signature = readRpmHeader(rpm, leadBytes, notRpm);
  // The signature alone is padded.
  const mainAt = Math.ceil(signature.end / 8) * 8;
  const main = readRpmHeader(rpm, mainAt, notRpm);
  requireDigests(rpm, signature, mainAt, main.end);
  const payload = await inflate(rpm.subarray(main.end), xz);
  const { name, version, release, architecture } = tags;
  return {
    name: main.text(name),
    version: `${main.text(version)}-${main.text(release)}.${main.text(architecture)}`,
    files: readCpio(payload, wanted),
  };
}

function requireDigests(rpm: Buffer, signature: RpmHeader, from: number, to: number): void {
  const header = rpm.subarray(from, to);
  for (const [algorithm, stored, data] of [
    ['sha1', signature.find(digestTags.sha1), header],
    ['sha256', signature.find(digestTags.sha256), header],
    ['md5', signature.bytes(digestTags.md5, 16)?.toString('hex'), rpm.subarray(from)],
  ] as const) {
    const actual = stored && createHash(algorithm).update(data).digest('hex');
    if (actual !== stored) throw notRpm(`its ${algorithm} is ${actual}, and it says ${stored}`);
  }
}

/** The error of a file that is no RPM, or a damaged one. */
export function notRpm(happened: string): LabError {
  return new LabError({
    doing: 'reading an RPM',
    expected: 'an undamaged package of the format of RPM 4',
    happened,
    hint: 'give the package itself, e.g. kernel-3.10.0-514.el7.x86_64.rpm, as its publisher has it',
  });
}
