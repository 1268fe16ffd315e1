import { LabError } from '../../core/errors.ts';
import type { ParameterClaim } from '../../evidence/boot-parameter-claim.ts';
import { readBzImage } from './bzimage.ts';
import { decompressKernel } from './decompress.ts';
import { embeddedConfig, tellingOptions } from './embedded-config.ts';
import { claimsOf, knownParameters } from './parameters.ts';

/** The facts in a kernel's image. */
export interface Inspection {
  /** As `uname -r` gives it. */
  release: string;
  /** The kernel's whole version line. */
  version: string;
  /** Its compression; `none` for an ELF file. */
  compression: string;
  /** Bytes of the decompressed kernel. */
  bytes: number;
  /** The telling options of its configuration; undefined where it has none embedded. */
  options?: { option: string; value: string }[];
  /** Every parameter of the table, or those that were asked for. */
  parameters: ParameterClaim[];
}

/** A banner has some 200 characters. */
const mostBannerBytes = 1000;

const elfMagic = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);

/**
 * Looks into a bzImage or a decompressed ELF kernel.
 *
 * @param asked parameters as they would stand on a command line; all of the table when there are none
 * @param xz the words that run xz
 * @throws {LabError} when the file is neither
 */
export async function inspectKernel(
  file: Buffer,
  asked: readonly string[],
  xz: readonly string[],
): Promise<Inspection> {
  const isElf = file.subarray(0, 4).equals(elfMagic);
  const { elf, compression } = isElf ? { elf: file, compression: 'none' } : await decompressKernel(file, [...xz]);
  const version = isElf ? versionIn(elf) : readBzImage(file).version;
  const config = embeddedConfig(elf);
  return {
    release: version.split(' ')[0] ?? version,
    version,
    compression,
    bytes: elf.length,
    ...(config !== undefined && { options: tellingOptions(config) }),
    parameters: asked.length > 0 ? asked.flatMap((one) => claimsOf(elf, one)) : knownParameters(elf),
  };
}

/** The banner that every kernel has (init/version.c): `Linux version 5.10.0-32-cloud-amd64 (…) …`. */
function versionIn(elf: Buffer): string {
  const banner = 'Linux version ';
  for (let at = elf.indexOf(banner); at >= 0; at = elf.indexOf(banner, at + 1)) {
    const from = at + banner.length;
    const text = elf.toString('latin1', from, Math.min(elf.indexOf(0, at), from + mostBannerBytes)).trim();
    // The format for the banner stands there as well.
    if (/^\d/.test(text)) return text;
  }
  throw new LabError({
    doing: 'inspecting a kernel',
    expected: 'a bzImage, or an ELF file with the line "Linux version …"',
    happened: 'it is an ELF file without it',
    hint: 'give the vmlinuz that the boot loader loads',
  });
}
