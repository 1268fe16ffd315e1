/** As much of a kernel as is looked at when it is decompressed. */
export const elf = Buffer.concat([Buffer.from('\u007fELF', 'latin1'), Buffer.alloc(5000, 'kernel ')]);

/** A bzImage with nothing in it but what its header points to. */
export function bzImage(payload: Buffer, header: { protocol?: number } = {}): Buffer {
  const setup = Buffer.alloc(2048);
  setup.writeUInt8(3, 0x1f1);
  setup.write('HdrS', 0x202, 'latin1');
  setup.writeUInt16LE(header.protocol ?? 0x020f, 0x206);
  setup.writeUInt16LE(0x300, 0x20e);
  setup.write('6.1.0-9-test (me@here) #1 SMP\0', 0x500, 'latin1');
  setup.writeUInt32LE(100, 0x248);
  setup.writeUInt32LE(payload.length, 0x24c);
  return Buffer.concat([setup, Buffer.alloc(100), payload, Buffer.alloc(50)]);
}

/** Appends the size, as the kernel's build does for compressed data that does not contain it. */
export function withSize(compressed: Buffer, size = elf.length): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(size);
  return Buffer.concat([compressed, bytes]);
}
