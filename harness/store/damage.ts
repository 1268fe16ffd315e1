import { messageOf } from '../core/errors.ts';

/** A file of a stored run that is there and cannot be read. */
export interface Damage {
  /** Relative to the directory that is read. */
  file: string;
  why: string;
}

/** Collects the damage of a stored directory while its files are read. */
interface DamageLog {
  damaged: Damage[];
  /** Reads a file; resolves with undefined when that fails, which is then in `damaged`. */
  readable: <T>(file: string, read: () => T | Promise<T>) => Promise<T | undefined>;
}

/** An empty log. */
export function startDamageLog(): DamageLog {
  const damaged: Damage[] = [];
  return {
    damaged,
    readable: async (file, read) => {
      try {
        return await read();
      } catch (error) {
        damaged.push({ file, why: messageOf(error) });
        return undefined;
      }
    },
  };
}
