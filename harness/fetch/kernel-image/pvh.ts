/** `XEN_ELFNOTE_PHYS32_ENTRY` of xen/interface/elfnote.h: where a kernel is entered without a boot loader. */
const entryNote = 18;
/** `PT_NOTE` of elf.h. */
const noteSegment = 4;
/** Bytes of `Elf64_Ehdr` and `Elf64_Phdr` of elf.h. */
const headerBytes = 64;
const programHeaderBytes = 56;

/**
 * Whether an ELF kernel can be entered directly (PVH), as kernels built with CONFIG_PVH can, since 4.20. Others have to
 * decompress themselves in the guest.
 */
export function hasPvhEntry(elf: Buffer): boolean {
  if (elf.length < headerBytes) return false;
  const table = Number(elf.readBigUInt64LE(32));
  const entryBytes = elf.readUInt16LE(54);
  const entries = elf.readUInt16LE(56);
  for (let index = 0; index < entries; index++) {
    const header = elf.subarray(table + index * entryBytes);
    // A table that goes beyond the file is a damaged one: the boot loader decides then.
    if (header.length < programHeaderBytes) return false;
    if (header.readUInt32LE(0) !== noteSegment) continue;
    const begin = Number(header.readBigUInt64LE(8));
    const bytes = Number(header.readBigUInt64LE(32));
    if (notesOf(elf.subarray(begin, begin + bytes)).some(({ name, type }) => name === 'Xen' && type === entryNote)) {
      return true;
    }
  }
  return false;
}

function notesOf(segment: Buffer): { name: string; type: number }[] {
  const notes: { name: string; type: number }[] = [];
  for (let at = 0; at + 12 <= segment.length;) {
    const nameBytes = segment.readUInt32LE(at);
    const valueBytes = segment.readUInt32LE(at + 4);
    const type = segment.readUInt32LE(at + 8);
    const name = segment.toString('latin1', at + 12, at + 12 + nameBytes).replace(/\0+$/, '');
    notes.push({ name, type });
    at += 12 + aligned(nameBytes) + aligned(valueBytes);
  }
  return notes;
}

/** Not by bits: those of JavaScript are 32 with a sign, and a size of 2 GB would send the reader backwards. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}
