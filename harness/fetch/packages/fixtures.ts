import { createHash } from 'node:crypto';

/** The header fields of an RPM made for a test. */
interface Facts {
  name: string;
  version: string;
  release: string;
  architecture: string;
}

/**
 * Makes an RPM for a test around a compressed cpio archive: lead, a signature that is empty or has the digests, the header with its
 * four tags.
 */
export function makeRpm(
  { name, version, release, architecture }: Facts,
  payload: Buffer,
  { digests = false } = {},
): Buffer {
  const lead = Buffer.alloc(96);
  lead.writeUInt32BE(0xedabeedb, 0);
  lead.writeUInt8(3, 4);
  const main = header([
    [1000, name],
    [1001, version],
    [1002, release],
    [1022, architecture],
  ]);
  const md5 = createHash('md5').update(main).update(payload).digest();
  const signature = digests
    ? header([
        [269, createHash('sha1').update(main).digest('hex')],
        [273, createHash('sha256').update(main).digest('hex')],
        [1004, md5],
      ])
    : header([]);
  const padding = Buffer.alloc((8 - ((lead.length + signature.length) % 8)) % 8);
  return Buffer.concat([lead, signature, padding, main, payload]);
}

function header(values: [tag: number, value: string | Buffer][]): Buffer {
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
