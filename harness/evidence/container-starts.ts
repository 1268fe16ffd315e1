import { z } from 'zod';
import { defineEvidence } from './kind.ts';

const containerStart = z.strictObject({
  container: z.string(),
  /** The start of the daemon that was asked, counted from 1 within the cell. */
  daemonStart: z.int().positive(),
  /** 204 when the daemon has started it, 304 when it ran already. */
  status: z.int(),
  /** Absent for a start: the daemon was asked to restart the container. */
  request: z.literal('restart').optional(),
  /** The daemon's words when it refused; empty when it did not. */
  message: z.string(),
});

export const containerStarts = defineEvidence({
  kind: 'container-starts',
  meaning: "The daemon's answer to each request to start or restart a container.",
  units: { daemonStart: 'starts of the daemon', status: 'status of HTTP' },
  schema: z.array(containerStart),
});

/** One request to start or restart a container. */
export type ContainerStart = z.infer<typeof containerStart>;

/** Whether the container runs: the daemon has started it, or it ran already. */
export function hasStarted({ status }: Pick<ContainerStart, 'status'>): boolean {
  return status < 400;
}
