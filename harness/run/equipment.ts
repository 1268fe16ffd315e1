import type { DockerBuild } from '../../vms/build.ts';
import type { Kernel } from '../fetch/kernel.ts';
import { levelOf, type Cell } from '../core/cell.ts';
import type { Scenario } from './scenario.ts';

/** Something that could not be had, and what became of the cells that need it. */
export interface Missing {
  outcome: 'not-applicable' | 'infra-failed';
  failure: string;
}

/** What cells are made with: level → how it is had, as soon as that is known. */
export interface Supplies {
  /** Of the factor `daemon`. */
  builds: ReadonlyMap<string, Promise<DockerBuild | Missing>>;
  /** Of the factor `kernel`. */
  kernels: ReadonlyMap<string, Promise<Kernel | Missing>>;
  /** How a second build is had, by its name: see {@link Scenario.companion}. */
  companion: (name: string) => Promise<DockerBuild | Missing>;
}

/** What one cell is made with. */
export interface Equipment {
  build?: DockerBuild;
  companion?: DockerBuild;
  kernel?: Kernel;
}

/** Waits for all that a cell needs; the first that can't be had is what becomes of the cell. */
export async function equip(scenario: Scenario, cell: Cell, supplies: Supplies): Promise<Equipment | Missing> {
  const build = cell['daemon'] === undefined ? undefined : await supplies.builds.get(levelOf(cell, 'daemon'));
  if (build && 'failure' in build) return build;
  const kernel = cell['kernel'] === undefined ? undefined : await supplies.kernels.get(levelOf(cell, 'kernel'));
  if (kernel && 'failure' in kernel) return kernel;
  const second = build && scenario.companion?.(cell, build.version);
  const companion = second === undefined ? undefined : await supplies.companion(second);
  if (companion && 'failure' in companion) return companion;
  return { ...(build && { build }), ...(companion && { companion }), ...(kernel && { kernel }) };
}
