import path from 'node:path';
import { z } from 'zod';
import { messageOf } from '../core/errors.ts';
import { readJson } from './files.ts';
import { isRunPath, listNights } from './list-runs.ts';
import { outcomes } from '../core/outcome.ts';
import { fact } from '../judge/check.ts';
import { runRecord } from './schema.ts';

/** The sizes of a night; each includes the ones before it. */
export const profiles = ['quick', 'nightly', 'full'] as const;
export type Profile = (typeof profiles)[number];

/** A run of a night: a path that leads out of the results is never valid. */
const runPath = z.string().refine(isRunPath, 'is no run directory, relative to the results');

const nightOfSchema1 = z.looseObject({ schema: z.literal(1), invalidBecause: z.array(z.string()) });

/** Why a night does not count: its controls, which show whether the lab detects leaks. */
export const invalidReason = z.discriminatedUnion('reason', [
  z.strictObject({ reason: z.literal('control-not-tried'), control: z.string() }),
  z.strictObject({
    reason: z.literal('control-wrong'),
    control: z.string(),
    /** Name of its cell. */
    cell: z.string(),
    outcome: z.enum([...outcomes, 'not-finished']),
    observed: z.array(fact).optional(),
  }),
  /** A sentence of schema 1. */
  z.strictObject({ reason: z.literal('note'), text: z.string() }),
]);
export type InvalidReason = z.infer<typeof invalidReason>;

/** `nights/<start>/night.json`: which runs belong together, and whether what they say counts. */
const currentNight = z.strictObject({
  schema: z.literal(2),
  profile: z.enum(profiles),
  /** Which part of the cells this host tried, counted from 1. */
  shard: z.strictObject({ index: z.int().positive(), of: z.int().positive() }).optional(),
  state: z.enum(['running', 'finished', 'interrupted']),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  /** Name of the host. */
  host: z.string(),
  lab: runRecord.shape.lab,
  /** Selections of cells, as on the command line; a night that goes on has the same. */
  only: z.array(z.string()),
  not: z.array(z.string()),
  /** Parts of the plan that are done, with the seconds that each took and its run, if a cell of it was this host's. */
  done: z.array(z.strictObject({ part: z.string(), seconds: z.number(), run: runPath.optional() })),
  /** Parts that this host cannot run, and why. */
  leftOut: z.array(z.strictObject({ part: z.string(), why: z.string() })),
  /** Run directories, relative to the results, in the order in which they began. */
  runs: z.array(runPath),
  /** Set when the night has ended: whether its controls came out right. */
  valid: z.boolean().optional(),
  invalidBecause: z.array(invalidReason),
});

/** As it is read: the reasons of schema 1, which are sentences, become notes. */
export const nightRecord = z.preprocess((record) => {
  const { data } = nightOfSchema1.safeParse(record);
  return data
    ? { ...data, schema: 2, invalidBecause: data.invalidBecause.map((text) => ({ reason: 'note', text })) }
    : record;
}, currentNight);
export type NightRecord = z.infer<typeof nightRecord>;

/** A night as it is stored. */
export interface StoredNight {
  directory: string;
  night: NightRecord;
}

/** A night that is there and cannot be read. */
export interface UnreadableNight {
  directory: string;
  why: string;
}

/** All nights, oldest first; those that cannot be read are listed separately. */
export async function readNights(results: string): Promise<{ nights: StoredNight[]; unreadable: UnreadableNight[] }> {
  const nights: StoredNight[] = [];
  const unreadable: UnreadableNight[] = [];
  for (const name of await listNights(results)) {
    const directory = path.join(results, name);
    try {
      nights.push({ directory, night: await readJson(path.join(directory, 'night.json'), nightRecord) });
    } catch (error) {
      unreadable.push({ directory, why: messageOf(error) });
    }
  }
  return { nights, unreadable };
}
