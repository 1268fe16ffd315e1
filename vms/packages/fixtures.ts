/** What a made RPM says of itself. */
interface Facts {
  name: string;
  version: string;
  release: string;
  architecture: string;
}

/** Makes an RPM for a test around a compressed cpio archive: lead, an empty signature, the header with its four tags. */
export function makeRpm({ name, version, release, architecture }: Facts, payload: Buffer): Buffer {
  const lead = Buffer.alloc(96);
  lead.writeUInt32BE(0xedabeedb, 0);
  lead.writeUInt8(3, 4);
  const signature = header([]);
  const padding = Buffer.alloc((8 - ((lead.length + signature.length) % 8)) % 8);
  const main = header([
    [1000, name],
    [1001, version],
    [1002, release],
    [1022, architecture],
  ]);
  return Buffer.concat([lead, signature, padding, main, payload]);
}

function header(strings: [tag: number, text: string][]): Buffer {
  let offset = 0;
  const entries = strings.map(([tag, text]) => {
    const entry = Buffer.alloc(16);
    entry.writeUInt32BE(tag, 0);
    // RPM_STRING_TYPE
    entry.writeUInt32BE(6, 4);
    entry.writeUInt32BE(offset, 8);
    entry.writeUInt32BE(1, 12);
    offset += Buffer.byteLength(text) + 1;
    return entry;
  });
  const intro = Buffer.from([0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  intro.writeUInt32BE(strings.length, 8);
  intro.writeUInt32BE(offset, 12);
  return Buffer.concat([intro, ...entries, ...strings.map(([, text]) => Buffer.from(`${text}\0`))]);
}
