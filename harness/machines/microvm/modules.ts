import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { execa } from 'execa';
import { dieWithUs } from '../../fetch/programs/program.ts';
import { packagesOf } from '../../fetch/kernel-package.ts';
import { LabError } from '../../core/errors.ts';

/** A module as the kernel takes it. */
export interface KernelModule {
  /** With underscores, as `/proc/modules` has it. */
  name: string;
  content: Buffer;
}

/**
 * Modules by name with all that they depend on, in an order in which they can be loaded. Those that are built into the
 * kernel need no loading and are left out. Dependencies are read from the modules, as packages have no `modules.dep`.
 *
 * @param directory `/lib/modules/RELEASE`
 * @param xz the words that run `xz`
 * @throws {LabError} when the kernel has no such module
 */
export async function readModules(
  directory: string | undefined,
  names: readonly string[],
  xz: readonly string[],
): Promise<KernelModule[]> {
  if (names.length === 0) return [];
  if (directory === undefined) throw missing(names.join(', '), 'the machine', 'a directory that was not given');
  const builtIn = new Set(
    (await readFile(path.join(directory, 'modules.builtin'), 'utf8').catch(noFile)).split('\n').map(nameOf),
  );
  const files = await modulesIn(directory);
  const byName = new Map(files.map((file) => [nameOf(file), file]));
  const found = new Map<string, KernelModule>();
  const add = async (wanted: string, neededBy: string): Promise<void> => {
    const name = nameOf(wanted);
    if (builtIn.has(name) || found.has(name)) return;
    const file = byName.get(name);
    if (file === undefined) throw missing(name, neededBy, directory);
    const content = await readModule(path.join(directory, 'kernel', file), xz);
    for (const dependency of dependenciesOf(content)) await add(dependency, `the module ${name}`);
    found.set(name, { name, content });
  };
  for (const name of names) await add(name, 'the machine');
  return [...found.values()];
}

/** Those of the names that a kernel has as modules: the others are built in, or it has no such thing. */
export async function modulesAmong(directory: string | undefined, names: readonly string[]): Promise<string[]> {
  if (directory === undefined) return [];
  const files = await modulesIn(directory);
  const known = new Set(files.map(nameOf));
  return names.filter((name) => known.has(nameOf(name)));
}

/** Files below the directory of modules; none where only the image of a kernel was given. */
function modulesIn(directory: string): Promise<string[]> {
  return readdir(path.join(directory, 'kernel'), { recursive: true }).catch((error: unknown) => {
    noFile(error);
    return [];
  });
}

/** Nothing, where there is no such file. */
function noFile(error: unknown): string {
  if (Object(error).code === 'ENOENT') return '';
  throw error;
}

/** `kernel/fs/nls/nls_utf8.ko.xz` and `nls-utf8` are the same module. */
function nameOf(file: string): string {
  return path
    .basename(file)
    .replace(/\.ko(?:\.\w+)?$/, '')
    .replaceAll('-', '_');
}

/** The entry `depends=a,b` of the section .modinfo, whose strings end with a NUL each. Every module since 2.6 has it. */
function dependenciesOf(module: Buffer): string[] {
  const key = '\0depends=';
  const at = module.indexOf(key, 0, 'latin1');
  if (at === -1) return [];
  const begin = at + key.length;
  return module.toString('latin1', begin, module.indexOf(0, begin)).split(',').filter(Boolean);
}

async function readModule(file: string, xz: readonly string[]): Promise<Buffer> {
  const content = await readFile(file);
  if (file.endsWith('.gz')) return promisify(gunzip)(content);
  if (file.endsWith('.zst')) return promisify(zstdDecompress)(content);
  if (!file.endsWith('.xz')) return content;
  const [wrapper, ...wrapperArgs] = dieWithUs;
  const { stdout } = await execa(wrapper, [...wrapperArgs, ...xz, '-dc'], { input: content, encoding: 'buffer' });
  return Buffer.from(stdout);
}

function missing(name: string, neededBy: string, directory: string): LabError {
  return new LabError({
    doing: 'collecting the modules of a micro VM',
    expected: `the module ${name}, which ${neededBy} needs, in ${directory}`,
    happened: 'it is neither there nor built into the kernel',
    hint: `take a kernel that has it; where it is in several packages, its modules are in ${packagesOf.modules}: --kernel A,B`,
  });
}
