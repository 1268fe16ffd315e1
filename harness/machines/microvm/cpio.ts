import { Buffer } from 'node:buffer';

/** One entry of a root file system. `path` has no leading slash; `mode` is permission bits alone. */
export type CpioEntry =
  | { path: string; kind: 'directory'; mode: number }
  | { path: string; kind: 'file'; mode: number; content: Uint8Array }
  | { path: string; kind: 'link'; target: string }
  | { path: string; kind: 'character-device'; mode: number; major: number; minor: number };

/** `S_IFMT` bits of stat(2). */
const types: Record<CpioEntry['kind'], number> = {
  directory: 0o040000,
  file: 0o100000,
  link: 0o120000,
  'character-device': 0o020000,
};

/** Name of the entry that ends an archive. */
const trailer = 'TRAILER!!!';

/** The alignment of header with name, and of content, in bytes (Documentation/driver-api/early-userspace/buffer-format.rst). */
const alignment = 4;

/** Sizes are eight hexadecimal digits. */
const largest = 2 ** 32 - 1;

/**
 * An archive in the format `newc`, as the kernel unpacks it into its first root file system. Parents of an entry that
 * are not in the list are made, since the kernel drops an entry without one; everything belongs to root, and no time
 * is recorded, so that the same entries always give the same bytes.
 *
 * @throws {RangeError} for a path that is absolute, empty or climbs, or content of 4 GiB
 */
export function cpio(entries: readonly CpioEntry[]): Buffer {
  const parts: Buffer[] = [];
  let inode = 0;
  for (const entry of withParents(entries)) {
    const content = contentOf(entry);
    const device = entry.kind === 'character-device' ? entry : { major: 0, minor: 0 };
    const mode = types[entry.kind] | (entry.kind === 'link' ? 0o777 : entry.mode);
    parts.push(header(entry.path, ++inode, mode, content.length, device), padded(content));
  }
  parts.push(header(trailer, 0, 0, 0, { major: 0, minor: 0 }));
  return Buffer.concat(parts);
}

function contentOf(entry: CpioEntry): Uint8Array {
  if (entry.kind === 'file') return entry.content;
  return Buffer.from(entry.kind === 'link' ? entry.target : '');
}

function header(path: string, inode: number, mode: number, size: number, device: { major: number; minor: number }) {
  if (size > largest) throw new RangeError(`${path} has ${size} bytes, and a cpio archive takes ${largest} at most`);
  const name = Buffer.from(`${path}\0`);
  const links = (mode & 0o170000) === types.directory ? 2 : 1;
  const fields = [inode, mode, 0, 0, links, 0, size, 0, 0, device.major, device.minor, name.length, 0];
  const digits = fields.map((field) => field.toString(16).padStart(8, '0')).join('');
  return padded(Buffer.concat([Buffer.from(`070701${digits}`), name]));
}

function padded(bytes: Uint8Array): Buffer {
  const rest = bytes.length % alignment;
  return rest === 0 ? Buffer.from(bytes) : Buffer.concat([bytes, Buffer.alloc(alignment - rest)]);
}

function withParents(entries: readonly CpioEntry[]): CpioEntry[] {
  const all = new Map<string, CpioEntry>();
  for (const entry of entries) {
    const words = entry.path.split('/');
    if (words.some((word) => ['', '.', '..'].includes(word))) {
      throw new RangeError(`'${entry.path}' cannot be the path of an entry: it must be relative and without dots`);
    }
    for (let depth = 1; depth < words.length; depth++) {
      const parent = words.slice(0, depth).join('/');
      if (!all.has(parent)) all.set(parent, { path: parent, kind: 'directory', mode: 0o755 });
    }
    all.set(entry.path, entry);
  }
  return [...all.values()];
}
