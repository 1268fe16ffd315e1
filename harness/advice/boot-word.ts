import { UsageError } from '../core/errors.ts';

/** A parameter's name as the kernel's documentation writes it, also of a module, e.g. `cgroup.memory`, `slub_debug`, `i915.enable_psr`. */
const word = /^[A-Za-z0-9][\w.-]*(?:=[\x20-\x7e]*)?$/;

/** The longest command line that x86-64 takes (COMMAND_LINE_SIZE in asm/setup.h). */
const longest = 2048;

/**
 * A word of a kernel's command line as the user gives it.
 *
 * @throws {UsageError} for one that no command line can have
 */
export function bootWord(text: string): string {
  if (word.test(text) && text.length < longest) return text;
  throw new UsageError(
    `${JSON.stringify(text)} is no boot parameter: write NAME or NAME=VALUE in printable ASCII, e.g. cgroup.memory=nokmem.`,
  );
}
