import { z } from 'zod';
import { readEvidenceIn, type Declared } from '../../evidence/read-evidence.ts';
import type { Evidence } from '../../evidence/registry.ts';
import { drawStoredHeap, type DrawnHeap } from '../../profile/draw-stored.ts';
import { readJsonBeneath } from '../../store/files.ts';
import { startDamageLog, type Damage } from '../../store/damage.ts';
import type { StoredCell } from '../../store/read-run.ts';
import { readEvents, type StoredEvent } from '../../store/read-events.ts';
import { listStored, readStoredTail } from '../../store/stored-file.ts';

/** The evidence of a cell that is shown beside its verdict. */
export interface CellEvidence {
  /** The content of its observations; see {@link readEvidenceIn}. */
  evidence: Evidence[];
  /** The members that are shown before the others. */
  first: ReadonlySet<string>;
  events: StoredEvent[];
  /** The last lines of each log. */
  logs: { name: string; lines: string[]; more: boolean }[];
  /** Flame graphs of the heap, drawn anew from its profiles; undefined where none was taken. */
  flameGraphs?: DrawnHeap;
  /** Files that are there and cannot be read, and members of observations. */
  damaged: Damage[];
}

/** Lines of a log that are shown, and bytes in which they are looked for. */
const [shownLines, tailBytes] = [25, 16 << 10];

/** Logs that are shown: a cell has a handful. */
const mostLogs = 50;

/**
 * Reads what the directory of a cell has to show; what was never written is left out, and what cannot be read is among the damaged files.
 *
 * @param declared the evidence that its scenario declares; undefined when this lab has no such scenario
 */
export async function readEvidence(
  { directory, verdict }: Pick<StoredCell, 'directory' | 'verdict'>,
  declared: Declared | undefined,
): Promise<CellEvidence> {
  const { damaged, readable } = startDamageLog();
  const observations = 'observations.json';
  const names = (await readable('', () => listStored(directory, ''))) ?? [];
  const logs: CellEvidence['logs'] = [];
  for (const name of names.filter((one) => one.endsWith('.log')).slice(0, mostLogs)) {
    const tail = await readable(name, () => readStoredTail(directory, name, tailBytes));
    if (tail) logs.push({ name, ...linesOf(tail) });
  }
  const seen = await readable(observations, () => readJsonBeneath(directory, observations, z.unknown()));
  const { evidence, problems } = seen === undefined ? { evidence: [], problems: [] } : readEvidenceIn(seen, declared);
  damaged.push(...problems.map((why) => ({ file: observations, why })));
  const first = new Set(declared?.first ?? evidence.map(({ member }) => member));
  const events = await readable('events.ndjson', () => readEvents(directory));
  if (events && events.broken > 0) {
    damaged.push({ file: 'events.ndjson', why: `${events.broken} of its lines are no events, and are left out` });
  }
  const flameGraphs = await readable('the heap profile', () => drawStoredHeap(directory, names, verdict?.version));
  return { evidence, first, events: events?.events ?? [], logs, ...(flameGraphs && { flameGraphs }), damaged };
}

function linesOf({ tail, more }: { tail: Buffer; more: boolean }): { lines: string[]; more: boolean } {
  const all = tail.toString().trimEnd().split('\n');
  // Half a line is none.
  const whole = more ? all.slice(1) : all;
  return { lines: whole.slice(-shownLines), more: more || whole.length > shownLines };
}
