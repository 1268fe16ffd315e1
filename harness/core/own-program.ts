import path from 'node:path';

/** Of the lab's own files: `.ts` in a checkout, which Node runs as they are; `.js` in the package, where they are compiled. */
export const sourceExtension = path.extname(import.meta.filename);

/**
 * A file of the lab's own code, by its name without extension: a program that is started, or a source that is read.
 *
 * @param directory of the code that names it: `import.meta.dirname`
 */
export function ownProgram(directory: string, name: string): string {
  return path.join(directory, `${name}${sourceExtension}`);
}
