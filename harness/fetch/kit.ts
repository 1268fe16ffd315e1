import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Fetching } from '../../vms/build.ts';
import { fetchOnce } from './cache.ts';
import { hasAll } from '../../vms/debian.ts';
import { kitRecipes, type KitName, type KitRecipe } from '../../vms/kits.ts';
import { downloadPackages } from './apt.ts';
import { verifyBinaries } from './binaries.ts';
import { sha256Of } from './digest.ts';
import { extractPackages } from './extract.ts';
import { cacheVersion, recordedBinary } from './manifest.ts';

const schema = z.strictObject({
  version: z.literal(cacheVersion),
  suite: z.string(),
  packages: z.record(z.string(), z.string()),
  programs: z.array(recordedBinary),
});
type KitManifest = z.infer<typeof schema>;

/** Programs of Debian in a directory. They were made for `/`: see {@link programOf} for how they run from elsewhere. */
export interface Kit {
  /** Directory on the host. */
  root: string;
  /** Debian package → version, as resolved when it was made. */
  packages: Record<string, string>;
  /** SHA-256 by path below the root, of the programs that the catalogue names. */
  digests: Record<string, string>;
}

/**
 * A kit of the catalogue, made from the packages of a Debian mirror if the cache does not have it. Needs no root.
 *
 * @throws {NotApplicableError} when this machine cannot get Debian's packages
 * @throws {LabError} when something fails on the way, or the cached kit is damaged
 */
export async function fetchKit(name: KitName, fetching: Fetching): Promise<Kit> {
  const recipe: KitRecipe = kitRecipes[name];
  const { directory, manifest } = await fetchOnce(
    {
      entry: `kits/${name}`,
      what: `the kit ${name}`,
      megabytes: recipe.megabytes,
      schema,
      isCurrent: ({ packages }) => hasAll(packages, recipe),
      make: (staging) => makeKit(recipe, staging, fetching),
    },
    fetching,
  );
  await verifyBinaries(directory, manifest.programs, fetching.signal);
  return {
    root: join(directory, 'root'),
    packages: manifest.packages,
    digests: Object.fromEntries(manifest.programs.map((program) => [program.name, program.sha256])),
  };
}

async function makeKit(recipe: KitRecipe, directory: string, fetching: Fetching): Promise<KitManifest> {
  const { name, suite, programs, leftOut } = recipe;
  const aptRoot = join(fetching.cache, 'apt', `kit-${name}`);
  const archives = await downloadPackages({ ...recipe, what: `the kit ${name}` }, aptRoot, fetching);
  await extractPackages(archives, join(directory, 'root'), name, fetching, leftOut);
  await rm(aptRoot, { recursive: true, force: true });
  const recorded = programs.map(async (program) => {
    const file = join('root', program);
    return { name: program, file, sha256: await sha256Of(join(directory, file), fetching.signal) };
  });
  return {
    version: cacheVersion,
    suite,
    packages: Object.fromEntries(archives.map((archive) => [archive.name, archive.version])),
    programs: await Promise.all(recorded),
  };
}

/** The command that runs a program of a kit, with its own dynamic loader and libraries, independent of the host's. */
export function programOf({ root }: Kit, program: string): string[] {
  const libraries = join(root, 'usr/lib/x86_64-linux-gnu');
  // Not by its usual path: that is an absolute link, and would lead to the host's.
  return [join(libraries, 'ld-linux-x86-64.so.2'), '--library-path', libraries, join(root, program)];
}
