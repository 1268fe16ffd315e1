import { levelNames } from '../../harness/core/levels.ts';

/** A kind of work. */
interface Work {
  /** Whether reports of leaks are about it: its cells must be able to see what those speak of. */
  isReported: boolean;
  /** The most units of a dose; absent where there is no such limit. */
  most?: number;
  /** The oldest API version that counts the units; absent where the harness counts them. */
  api?: string;
}

const table = {
  /** `docker exec`, attached, of a program that ends at once. */
  execs: { isReported: true },
  /** Checks of a container with the shortest interval. Their ends are counted by the event `exec_die`, which API 1.36 has brought. */
  'health-checks': { isReported: true, api: '1.36' },
  /** Execs whose process and connection stay: the planted leak of the controls. Each process takes memory of the cell. */
  'held-execs': { isReported: false, most: 96 },
  /** `GET /_ping`, in which containerd and the shim have no part: the clean run of the controls. */
  pings: { isReported: false },
} as const satisfies Record<string, Work>;

export type WorkName = keyof typeof table;
export const works: Readonly<Record<WorkName, Work>> = table;
export const workNames = levelNames(table);
