import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { runtimeFiles } from '../../fetch/node-runtime.ts';
import type { BesideProgram } from '../../machine/beside.ts';

/** Where a module names another that it needs when it runs, as prettier writes it. */
const imports = /^(?:import|export) (?!type )(?:[\w*{][^'"=;()]* from )?'([^']+)';$/gm;

const packageManifest = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

/**
 * A program of the lab as one that runs beside a daemon, by the Node that runs the lab.
 *
 * @param main its file
 * @param options of Node
 */
export async function nodeProgram(
  main: string,
  words: (seen: (path: string) => string) => readonly string[],
  options: readonly string[] = [],
): Promise<BesideProgram> {
  return {
    files: [...runtimeFiles(), ...(await filesOf(main))],
    words: (seen) => [process.execPath, ...options, main, ...words(seen)],
  };
}

/** The files that a module of the lab imports, those that they import, and the packages, whole, with what these depend on. */
export async function filesOf(main: string): Promise<string[]> {
  const files = new Set<string>();
  const packages = new Set<string>();
  const add = async (file: string): Promise<void> => {
    if (files.has(file)) return;
    files.add(file);
    const url = pathToFileURL(file);
    // What says that the lab's files are modules.
    const manifest = findPackageJSON(url);
    if (manifest !== undefined) files.add(manifest);
    for (const [, name = ''] of (await readFile(file, 'utf8')).matchAll(imports)) {
      if (name.startsWith('.')) await add(fileURLToPath(new URL(name, url)));
      else if (!name.startsWith('node:')) await addPackage(name, file, packages);
    }
  };
  await add(main);
  return [...files, ...packages].toSorted();
}

/** Adds the directory of a package, as `from` finds it, and those of what it depends on and what is installed of its options. */
async function addPackage(name: string, from: string, packages: Set<string>, optional = false): Promise<void> {
  const manifest = packageOf(name, from);
  if (manifest === undefined) {
    if (optional) return;
    throw new Error(`${from} imports ${name}, which is not installed: npm ci`);
  }
  const directory = path.dirname(manifest);
  if (packages.has(directory)) return;
  packages.add(directory);
  const { dependencies, optionalDependencies } = packageManifest.parse(JSON.parse(await readFile(manifest, 'utf8')));
  for (const one of Object.keys(dependencies)) await addPackage(one, manifest, packages, one in optionalDependencies);
  for (const one of Object.keys(optionalDependencies)) await addPackage(one, manifest, packages, true);
}

function packageOf(name: string, from: string): string | undefined {
  try {
    return findPackageJSON(name, pathToFileURL(from));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
