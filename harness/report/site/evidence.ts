import { existsSync } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { recoverySeriesRecord } from '../../judge/recovery-record.ts';
import { seriesRecord } from '../../judge/sample.ts';
import { caller } from '../../probes/callers.ts';
import { netnsFile } from '../../probes/netns-files.ts';
import { profilesRecord } from '../../profile/record.ts';
import { eventRecord } from '../../store/schema.ts';

/** What is shown of a cell beside its verdict. */
export interface CellEvidence {
  observed: z.infer<typeof observed>;
  events: CellEvent[];
  /** The last lines of each log. */
  logs: { name: string; lines: string[]; more: boolean }[];
  /** Whether there is a `heap.svg`. */
  flameGraph: boolean;
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

/** Reads what the directory of a cell has to show; what was never written is left out. */
export async function readEvidence(directory: string): Promise<CellEvidence> {
  const observations = path.join(directory, 'observations.json');
  const names = (await readdir(directory)).filter((name) => name.endsWith('.log')).toSorted();
  return {
    observed: observed.parse(existsSync(observations) ? JSON.parse(await readFile(observations, 'utf8')) : {}),
    events: await readEvents(path.join(directory, 'events.ndjson')),
    logs: await Promise.all(names.map(async (name) => ({ name, ...(await tailOf(path.join(directory, name))) }))),
    flameGraph: existsSync(path.join(directory, 'heap.svg')),
  };
}

/** The last line may be half a line, of a harness that was killed: it is left out. */
async function readEvents(file: string): Promise<CellEvent[]> {
  if (!existsSync(file)) return [];
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  return lines.map((line) => cellEvent.parse(JSON.parse(line)));
}

async function tailOf(file: string): Promise<{ lines: string[]; more: boolean }> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  const from = Math.max(0, size - tailBytes);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
  const all = buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n');
  // Half a line is none.
  const whole = from > 0 ? all.slice(1) : all;
  return { lines: whole.slice(-shownLines), more: from > 0 || whole.length > shownLines };
}
