import { createHash } from 'node:crypto';

/** The header fields of an RPM made for a test. */
export interface RpmFacts {
  name: string;
  version: string;
  release: string;
  architecture: string;
  /** SHA-256 of the compressed payload, in hex; rpm before 4.14 has none. */
  payloadDigest?: string;
}

/**
 * Makes an RPM for a test around a compressed cpio archive: lead, a signature header that is empty or has digests and signatures, the
 * main header.
 *
 * @param signatures packets by their tag
 */
export function makeRpm(
  facts: RpmFacts,
  payload: Buffer,
  { digests = false, signatures = {} }: { digests?: boolean; signatures?: Record<number, Buffer> } = {},
): Buffer {
  const lead = Buffer.alloc(96);
  lead.writeUInt32BE(0xedabeedb, 0);
  lead.writeUInt8(3, 4);
  const main = mainHeader(facts);
  const md5 = createHash('md5').update(main).update(payload).digest();
  const packets = Object.entries(signatures).map(([tag, packet]): [number, Buffer] => [Number(tag), packet]);
  const signature = header([
    ...packets,
    ...(digests
      ? ([
          [269, createHash('sha1').update(main).digest('hex')],
          [273, createHash('sha256').update(main).digest('hex')],
          [1004, md5],
        ] as const)
      : []),
  ]);
  const padding = Buffer.alloc((8 - ((lead.length + signature.length) % 8)) % 8);
  return Buffer.concat([lead, signature, padding, main, payload]);
}

/** The main header: the part of an RPM that its signatures cover first. */
export function mainHeader({ name, version, release, architecture, payloadDigest }: RpmFacts): Buffer {
  return header([
    [1000, name],
    [1001, version],
    [1002, release],
    [1022, architecture],
    ...(payloadDigest === undefined ? [] : ([[5092, payloadDigest]] as const)),
  ]);
}

function header(values: readonly (readonly [tag: number, value: string | Buffer])[]): Buffer {
  let offset = 0;
  const stored = values.map(([, value]) => (typeof value === 'string' ? Buffer.from(`${value}\0`) : value));
  const entries = values.map(([tag, value], index) => {
    const entry = Buffer.alloc(16);
    entry.writeUInt32BE(tag, 0);
    // RPM_STRING_TYPE and RPM_BIN_TYPE
    entry.writeUInt32BE(typeof value === 'string' ? 6 : 7, 4);
    entry.writeUInt32BE(offset, 8);
    entry.writeUInt32BE(typeof value === 'string' ? 1 : value.length, 12);
    offset += stored[index]?.length ?? 0;
    return entry;
  });
  const intro = Buffer.from([0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  intro.writeUInt32BE(values.length, 8);
  intro.writeUInt32BE(offset, 12);
  return Buffer.concat([intro, ...entries, ...stored]);
}
