import { open } from 'node:fs/promises';
import { LabError } from '../core/errors.ts';

/** `e_machine` of the ELF header, from elf.h. */
const machines: Partial<Record<NodeJS.Architecture, number>> = { ia32: 3, arm: 40, x64: 62, arm64: 183, riscv64: 243 };

/**
 * Makes sure that a program, if it is an ELF file at all, is for this machine. Started, it would be read as a script by a
 * shell, and the shell's words would lead nowhere.
 *
 * @throws {LabError} when it is for another machine
 */
export async function requireOurArchitecture(file: string, source: string): Promise<void> {
  const header = Buffer.alloc(20);
  await using handle = await open(file);
  const { bytesRead } = await handle.read(header);
  if (bytesRead < header.length || header.toString('latin1', 0, 4) !== '\u007FELF') return;
  const machine = header.readUInt16LE(18);
  if (machine === machines[process.arch]) return;
  const other = Object.entries(machines).find(([, number]) => number === machine)?.[0];
  throw new LabError({
    doing: `looking at the docker build ${source}`,
    expected: `a dockerd for ${process.arch}`,
    happened: `it is for ${other ?? `another architecture (ELF machine ${machine})`}`,
    hint: `bring a build for ${process.arch}`,
  });
}
