import { levelReader } from '../../harness/core/levels.ts';

/** The truths that a host may be in, and that the lab can make. */
const conditions = [
  /** No MountFlags, no live-restore, never restarted. */
  'healthy',
  /** No MountFlags; restarted under live-restore. */
  'healthy-restarted',
  /** MountFlags=slave; restarted without live-restore. */
  'healthy-flags',
  /** No MountFlags, and containerd has a unit of its own; restarted under live-restore. */
  'healthy-containerd-unit',
  /** MountFlags=slave and live-restore, not restarted yet. */
  'exposed',
  /** Restarted: the namespaces are lost. */
  'lost',
  /** Lost, and an agent that never gives up. */
  'hanging',
  /** The same agent in a container with a network namespace of its own. */
  'hanging-in-container',
  /** Lost, and an agent that gives up and closes. */
  'clean-agent',
  /** Healthy, and containerd is stopped under an agent that never gives up. */
  'stalled',
  /** Healthy, and clients have attached to a silent container and gone. */
  'abandoned-attaches',
  /** MountFlags=slave, and containerd has a unit of its own: containers do not start. */
  'mounts-not-seen',
] as const;
export type Condition = (typeof conditions)[number];

/** The factors of diagnosis. */
export const factors = [{ name: 'condition', levels: conditions }] as const;

/** Reads a level of a cell. */
export const level = levelReader(factors);
