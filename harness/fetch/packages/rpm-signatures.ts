import { createHash } from 'node:crypto';
import { leadBytes, notRpm } from './rpm.ts';
import { readRpmHeader } from './rpm-header.ts';

/** An OpenPGP signature in an RPM, and the bytes that it signs. */
export interface RpmSignature {
  /** The packet, as `gpgv` reads it from a file. */
  packet: Buffer;
  signed: Buffer;
}

/**
 * Tags of the signature header (rpmtag.h): of the main header alone, with DSA or RSA, and of header and payload, from before RSA was
 * allowed and after.
 */
const signatureTags = { headerDsa: 267, headerRsa: 268, wholePgp: 1002, wholeGpg: 1005 } as const;

/** Tag of the main header: SHA-256 of the compressed payload, in hex; rpm writes it since 4.14. */
const payloadDigestTag = 5092;

/**
 * Finds the signatures of an RPM. One of the header alone covers the payload only through a digest in that header, which is
 * checked here.
 *
 * @throws {LabError} when it is no RPM, or nothing that is signed covers its payload
 */
export function rpmSignatures(rpm: Buffer): RpmSignature[] {
  const signature = readRpmHeader(rpm, leadBytes, notRpm);
  const mainAt = Math.ceil(signature.end / 8) * 8;
  const main = readRpmHeader(rpm, mainAt, notRpm);
  const found = (tags: readonly number[], signed: Buffer): RpmSignature[] =>
    tags.flatMap((tag) => {
      const packet = signature.binary(tag);
      return packet === undefined ? [] : [{ packet, signed }];
    });
  const { headerDsa, headerRsa, wholePgp, wholeGpg } = signatureTags;
  const ofHeader = found([headerDsa, headerRsa], rpm.subarray(mainAt, main.end));
  const ofWhole = found([wholePgp, wholeGpg], rpm.subarray(mainAt));
  if (ofHeader.length > 0 && ofWhole.length === 0) {
    const stored = main.find(payloadDigestTag);
    const actual = createHash('sha256').update(rpm.subarray(main.end)).digest('hex');
    if (stored === undefined) throw notRpm('its signature is of its header alone, which has no digest of its payload');
    if (stored !== actual) throw notRpm(`the sha256 of its payload is ${actual}, and its header says ${stored}`);
  }
  return [...ofWhole, ...ofHeader];
}
