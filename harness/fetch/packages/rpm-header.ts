/** A header of an RPM, the signature's or the main one: entries with tags, and a store of their values. */
export interface RpmHeader {
  /** Offset of the first byte after it. */
  end: number;
  /** The string of a tag; undefined when there is none. */
  find: (tag: number) => string | undefined;
  /** The string of a tag that every package has. Throws what `fail` makes. */
  text: (tag: number) => string;
  /** So many bytes of a binary tag; undefined when there is none. */
  bytes: (tag: number, count: number) => Buffer | undefined;
  /** All bytes of a binary tag, as many as its entry says; undefined when there is none. Throws what `fail` makes. */
  binary: (tag: number) => Buffer | undefined;
}

const headerMagic = 0x8eade8;
/** Bytes of a header's own head, and of each of its entries (rpm's file format, version 3). */
const introBytes = 16;
const entryBytes = 16;

/** Bytes of a string that is read: names, versions and digests have fewer. */
const mostTextBytes = 4096;

/**
 * Reads the header at an offset.
 *
 * @param fail makes the error of a file that is no RPM
 */
export function readRpmHeader(rpm: Buffer, at: number, fail: (happened: string) => Error): RpmHeader {
  if (at + introBytes > rpm.length || rpm.readUIntBE(at, 3) !== headerMagic) throw fail(`no header at byte ${at}`);
  const store = at + introBytes + rpm.readUInt32BE(at + 8) * entryBytes;
  const end = store + rpm.readUInt32BE(at + 12);
  if (end > rpm.length) throw fail(`a header ends at byte ${end}, and the file at ${rpm.length}`);
  const valueOf = (tag: number): { begin: number; count: number } | undefined => {
    for (let entry = at + introBytes; entry < store; entry += entryBytes) {
      if (rpm.readUInt32BE(entry) !== tag) continue;
      const begin = store + rpm.readUInt32BE(entry + 8);
      if (begin >= end) throw fail(`the value of tag ${tag} is at byte ${begin}, and the header ends at ${end}`);
      return { begin, count: rpm.readUInt32BE(entry + 12) };
    }
    return undefined;
  };
  const offsetOf = (tag: number): number | undefined => valueOf(tag)?.begin;
  const find = (tag: number): string | undefined => {
    const begin = offsetOf(tag);
    if (begin === undefined) return undefined;
    const length = rpm.subarray(begin, Math.min(end, begin + mostTextBytes)).indexOf(0);
    if (length < 0) throw fail(`the string of tag ${tag} does not end`);
    return rpm.toString('utf8', begin, begin + length);
  };
  return {
    end,
    find,
    text(tag) {
      const text = find(tag);
      if (text === undefined) throw fail(`it has no tag ${tag}`);
      return text;
    },
    bytes(tag, count) {
      const begin = offsetOf(tag);
      return begin === undefined || begin + count > end ? undefined : rpm.subarray(begin, begin + count);
    },
    binary(tag) {
      const value = valueOf(tag);
      if (value === undefined) return undefined;
      const last = value.begin + value.count;
      if (last > end) throw fail(`the value of tag ${tag} ends at byte ${last}, and the header at ${end}`);
      return rpm.subarray(value.begin, last);
    },
  };
}
