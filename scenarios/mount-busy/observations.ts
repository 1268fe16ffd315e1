import { z } from 'zod';

/** Observations of a cell of mount-busy, as they are stored. */
export const observations = z.strictObject({
  /** Of the kernel. */
  release: z.string(),
  /** The value of `fs.may_detach_mounts`; absent where the kernel has no such switch: only that of RHEL 7.4 and later has. */
  mayDetachMounts: z.string().optional(),
  storageDriver: z.string(),
  /** Mount points of the running container that the other mount namespace has as well. */
  copied: z.array(z.string()),
  /** The daemon's answer to `docker rm`. */
  removal: z.strictObject({ status: z.int(), message: z.string() }),
  /** State of the container after that; absent when there is none any more. */
  state: z.string().optional(),
  /** Of those that were copied, the mount points that are still in the other namespace. */
  left: z.array(z.string()),
});

export type MountBusyObservations = z.infer<typeof observations>;
