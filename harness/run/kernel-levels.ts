import { fetchKernel, type Kernel } from '../fetch/kernel.ts';
import { kernelRecipes } from '../../vms/kernels.ts';
import type { MachineKind } from '../machines/shared/kind.ts';
import type { Supply } from './equipment.ts';
import { once, orMissing, type Source } from './source.ts';

/**
 * The levels that `--kernel` or a scenario's defaults ask for. What the user brings is looked at now, since only the image
 * has its name; a kernel of the catalogue is fetched when a cell needs it.
 *
 * @param kind whose own kernels are the levels, when it has some
 * @throws {UsageError} for a name that is neither known nor a file.
 * @throws {LabError} when the user's own kernel cannot be used.
 */
export async function kernelLevels(
  specs: readonly string[],
  source: Source,
  { kernels }: Pick<MachineKind, 'kernels'>,
): Promise<Supply<Kernel>[]> {
  const levels: Supply<Kernel>[] = [];
  for (const spec of new Set(specs)) {
    if (kernels) {
      const kernel = await kernels.find(spec);
      levels.push({ name: kernel.name, catalogued: spec, fetch: () => Promise.resolve(kernel) });
      continue;
    }
    const start = () => source.watched(`kernel ${spec}`, (fetching) => fetchKernel(spec, fetching));
    if (kernelRecipes.some(({ name }) => name === spec)) {
      levels.push({ name: spec, catalogued: spec, fetch: once(() => orMissing(`the kernel ${spec}`, source, start)) });
      continue;
    }
    const kernel = await start();
    levels.push({ name: kernel.name, fetch: () => Promise.resolve(kernel) });
  }
  return levels;
}
