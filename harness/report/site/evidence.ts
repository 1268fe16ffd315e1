import { z } from 'zod';
import { recoverySeriesRecord } from '../../judge/recovery-record.ts';
import { seriesRecord } from '../../judge/sample.ts';
import { caller } from '../../probes/callers.ts';
import { netnsFile } from '../../probes/netns-files.ts';
import { drawStoredHeap } from '../../profile/draw-stored.ts';
import { profilesRecord } from '../../profile/record.ts';
import { readJsonBeneath } from '../../store/files.ts';
import { startDamageLog, type Damage } from '../../store/damage.ts';
import type { StoredCell } from '../../store/read-run.ts';
import { eventRecord } from '../../store/schema.ts';
import { listStored, readStored, readStoredTail } from '../../store/stored-file.ts';

/** The evidence of a cell that is shown beside its verdict. */
export interface CellEvidence {
  observed: z.infer<typeof observed>;
  events: CellEvent[];
  /** The last lines of each log. */
  logs: { name: string; lines: string[]; more: boolean }[];
  /** The flame graph of the heap after the doses, drawn anew from its profile; undefined where none was taken. */
  flameGraph?: string;
  /** Files that are there and cannot be read. */
  damaged: Damage[];
}

/** A line of `events.ndjson`, with what was read where it was a reading. */
export interface CellEvent {
  /** Milliseconds since the cell began. */
  at: number;
  what: string;
  values?: Record<string, number> | undefined;
}

/** Each scenario has its own observations: these are what some of them have, and are shown wherever they are. */
const observed = z.object({
  series: z.array(seriesRecord).optional().catch(undefined),
  idle: z.array(seriesRecord).optional().catch(undefined),
  callers: z.array(caller).optional().catch(undefined),
  netnsFiles: z.array(netnsFile).optional().catch(undefined),
  recovery: z.array(recoverySeriesRecord).optional().catch(undefined),
  notes: z.object({ profiles: profilesRecord.optional() }).optional().catch(undefined),
});

const cellEvent = eventRecord.extend({ values: z.record(z.string(), z.number()).optional().catch(undefined) });

/** Lines of a log that are shown, and bytes in which they are looked for. */
const [shownLines, tailBytes] = [25, 16 << 10];

/** Logs that are shown: a cell has a handful. */
const mostLogs = 50;

/** Reads what the directory of a cell has to show; what was never written is left out, and so is what cannot be read. */
export async function readEvidence({
  directory,
  verdict,
}: Pick<StoredCell, 'directory' | 'verdict'>): Promise<CellEvidence> {
  const { damaged, readable } = startDamageLog();
  const observations = 'observations.json';
  const names = (await readable('', () => listStored(directory, ''))) ?? [];
  const logs: CellEvidence['logs'] = [];
  for (const name of names.filter((one) => one.endsWith('.log')).slice(0, mostLogs)) {
    const tail = await readable(name, () => readStoredTail(directory, name, tailBytes));
    if (tail) logs.push({ name, ...linesOf(tail) });
  }
  const seen = await readable(observations, () => readJsonBeneath(directory, observations, observed));
  const events = await readable('events.ndjson', () => readEvents(directory));
  if (events && events.broken > 0) {
    damaged.push({ file: 'events.ndjson', why: `${events.broken} of its lines are no events, and are left out` });
  }
  const flameGraph = await readable('the heap profile', () => drawStoredHeap(directory, names, verdict?.version));
  return { observed: seen ?? {}, events: events?.events ?? [], logs, ...(flameGraph && { flameGraph }), damaged };
}

/** The last line may be half a line, of a harness that was killed: it is left out. */
function readEvents(directory: string): { events: CellEvent[]; broken: number } {
  const lines = readStored(directory, 'events.ndjson')?.toString().split('\n').slice(0, -1) ?? [];
  const events = lines.flatMap((line) => eventOf(line) ?? []);
  return { events, broken: lines.length - events.length };
}

function eventOf(line: string): CellEvent | undefined {
  try {
    return cellEvent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function linesOf({ tail, more }: { tail: Buffer; more: boolean }): { lines: string[]; more: boolean } {
  const all = tail.toString().trimEnd().split('\n');
  // Half a line is none.
  const whole = more ? all.slice(1) : all;
  return { lines: whole.slice(-shownLines), more: more || whole.length > shownLines };
}
