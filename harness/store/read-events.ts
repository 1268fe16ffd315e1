import { eventRecord, type EventRecord } from './event.ts';
import { eventOfSchema1, type OldEvent } from './event-schema-1.ts';
import { readStored } from './stored-file.ts';

/** An event of a stored cell, of any schema. */
export type StoredEvent = EventRecord | OldEvent;

/**
 * Reads the events of a cell. The last line may be half a line, of a harness that was killed: it is left out.
 *
 * @returns the events, and the number of lines that are none
 */
export function readEvents(directory: string): { events: StoredEvent[]; broken: number } {
  const lines = readStored(directory, 'events.ndjson')?.toString().split('\n').slice(0, -1) ?? [];
  const events = lines.flatMap((line) => eventOf(line) ?? []);
  return { events, broken: lines.length - events.length };
}

function eventOf(line: string): StoredEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  return eventRecord.safeParse(value).data ?? eventOfSchema1(value);
}
