import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Fetching } from '../../vms/build.ts';
import { fetchOnce } from './cache.ts';
import { fetchKit, programOf } from './kit.ts';
import { cacheVersion } from './manifest.ts';
import { runWell } from './programs/program.ts';

const schema = z.strictObject({ version: z.literal(cacheVersion) });

/** A file that includes others names them so; all are the project's own, as there is no C library. */
const included = /^#include "(.*)"$/gm;

/**
 * A program of the project's own for guests, compiled from a C file that needs no library: some kilobytes that start at once on any
 * x86-64 Linux since 3.10. It is compiled once for a source, by Debian's tcc, and kept in the cache.
 *
 * @returns its path
 * @throws {NotApplicableError} when this machine cannot get Debian's packages
 * @throws {ProgramError} with the compiler's words
 */
export async function fetchStaticProgram(source: string, fetching: Fetching): Promise<string> {
  const compiler = await fetchKit('compiler', fetching);
  const hash = createHash('sha256').update(JSON.stringify(compiler.digests));
  for (const text of await sourcesOf(source)) hash.update(text);
  const name = path.basename(source, '.c');
  const { directory } = await fetchOnce(
    {
      entry: `static-programs/${name}-${hash.digest('hex')}`,
      what: `the program ${name} of guests`,
      megabytes: 1,
      schema,
      async make(staging) {
        const [loader = '', ...words] = programOf(compiler, 'usr/bin/tcc');
        const output = path.join(staging, name);
        await runWell(loader, [...words, '-Wall', '-Werror', '-nostdlib', '-static', '-o', output, source], {
          signal: fetching.signal,
        });
        return { version: cacheVersion };
      },
    },
    fetching,
  );
  return path.join(directory, name);
}

/** The texts of a file and of all that it includes. */
async function sourcesOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  const names = [...text.matchAll(included)].map(([, name = '']) => path.resolve(path.dirname(file), name));
  return [text, ...(await Promise.all(names.map((name) => sourcesOf(name)))).flat()];
}
