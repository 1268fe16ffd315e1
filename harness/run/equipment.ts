import type { DockerBuild } from '../../vms/build.ts';
import type { Kernel } from '../fetch/kernel.ts';
import { levelOf, type Cell, neededLevel } from '../core/cell.ts';
import type { Scenario } from './scenario.ts';

/** Something that is not available, and the outcome of the cells that need it. */
export interface Missing {
  outcome: 'not-applicable' | 'infra-failed';
  failure: string;
}

/** A level of the factor `daemon` or `kernel`, and how to get it. */
export interface Supply<T> {
  /** The value of the factor. */
  name: string;
  /** The name by which any host with this lab gets it; undefined for one that the user brought to this host. */
  catalogued?: string;
  /** Fetches it at the first call. */
  fetch: () => Promise<T | Missing>;
}

/** The builds, kernels and userlands of the cells, by level. */
export interface Supplies {
  /** Of the factor `daemon`. */
  builds: ReadonlyMap<string, Supply<DockerBuild>>;
  /** Of the factor `kernel`. */
  kernels: ReadonlyMap<string, Supply<Kernel>>;
  /** Gets a second build by its name: see {@link Scenario.companion}. */
  companion: (name: string) => Promise<DockerBuild | Missing>;
}

/** The builds, kernel and userland of one cell. */
export interface Equipment {
  build?: DockerBuild;
  companion?: DockerBuild;
  kernel?: Kernel;
}

/** Waits for all that a cell needs; the first that is not available decides the cell's outcome. */
export async function equip(scenario: Scenario, cell: Cell, supplies: Supplies): Promise<Equipment | Missing> {
  const build =
    neededLevel(cell, 'daemon') === undefined ? undefined : await supplies.builds.get(levelOf(cell, 'daemon'))?.fetch();
  if (build && 'failure' in build) return build;
  const kernel =
    neededLevel(cell, 'kernel') === undefined
      ? undefined
      : await supplies.kernels.get(levelOf(cell, 'kernel'))?.fetch();
  if (kernel && 'failure' in kernel) return kernel;
  const second = build && scenario.companion?.(cell, build.version);
  const companion = second === undefined ? undefined : await supplies.companion(second);
  if (companion && 'failure' in companion) return companion;
  return { ...(build && { build }), ...(companion && { companion }), ...(kernel && { kernel }) };
}
