import { z } from 'zod';

/**
 * A line of `events.ndjson` of schema 1, in the words of its lab. The events that plots and drafts are made of are read as events of today
 * ({@link eventOfSchema1}); this is every other one.
 */
interface Note {
  code: 'note';
  /** Milliseconds since the cell began. */
  at: number;
  text: string;
}

const line = z.looseObject({
  schema: z.undefined().optional(),
  at: z.number(),
  time: z.iso.datetime(),
  what: z.string(),
  dose: z.int().nonnegative().optional().catch(undefined),
  values: z.record(z.string(), z.number()).optional().catch(undefined),
  uname: z.string().optional().catch(undefined),
});

/** The parts of events that are read of a line of schema 1: all that was stored of it then. */
export type OldEvent =
  | { code: 'reading' | 'idle-reading'; at: number; values: Record<string, number> }
  | { code: 'garbage-collected' | 'clients-closed'; at: number }
  | { code: 'machine'; at: number; uname: string }
  | Note;

/** The names of schema 1. */
const names = {
  reading: 'reading',
  idle: 'idle reading',
  collection: 'garbage collected',
  closed: 'client gone',
  machine: 'machine',
} as const;

/** Reads a line of schema 1; undefined for anything else. */
export function eventOfSchema1(value: unknown): OldEvent | undefined {
  const { data } = line.safeParse(value);
  if (!data) return undefined;
  const { at, what, values, uname } = data;
  if (values && what === names.reading) return { code: 'reading', at, values };
  if (values && what === names.idle) return { code: 'idle-reading', at, values };
  if (what === names.collection) return { code: 'garbage-collected', at };
  if (what === names.closed) return { code: 'clients-closed', at };
  if (what === names.machine && uname !== undefined) return { code: 'machine', at, uname };
  return { code: 'note', at, text: what };
}
