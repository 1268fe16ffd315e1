import { z } from 'zod';
import { LabError, messageOf } from '../core/errors.ts';
import { burstTicks } from '../dosing/answers.ts';
import { readNamed } from '../store/stored-file.ts';
import type { Ending, Exchange } from './exchange.ts';
import { parseMessage } from './http-message.ts';
import type { Observation } from './play.ts';
import type { Ask, Step } from './step.ts';

/** One request as it was recorded, with what came back and the lines of the daemon's log until the next request. */
const recordedRequest = z.object({
  tag: z.string(),
  request: z.object({ method: z.string(), path: z.string(), body: z.unknown() }),
  /** `timeout`: the recorder gave up. */
  end: z.enum(['closed', 'timeout']).optional(),
  /** Head and body in one text; absent where only the log was kept. */
  response: z.string().optional(),
  log: z.array(z.string()).optional(),
});

/** A start of the daemon, which ends the one before. */
const recordedStart = z.object({ tag: z.string(), start: z.literal(true), log: z.array(z.string()).optional() });

const recording = z.array(z.union([recordedStart, recordedRequest]));
type RecordedRequest = z.infer<typeof recordedRequest>;
type Entry = z.infer<typeof recording>[number];

/** The recorded answers of a real daemon, and the script that was played. */
export interface Recording {
  script: Step[];
  observations: Observation[];
  /** The image that its containers were made of. */
  image: string;
}

/** Ticks for which the replica is watched where the recorded request was never answered. */
const patience = burstTicks;

/**
 * Reads what was recorded of a real daemon. Where starts are not recorded, the first one is before everything, and the
 * second before the first request whose tag begins with `after-restart`.
 *
 * @throws {LabError} when the file is no recording.
 */
export async function readRecording(file: string): Promise<Recording> {
  const entries = withStarts(readEntries(file));
  const names = namesOf(entries);
  const observations = entries.map((entry): Observation => {
    if ('start' in entry) return { step: { name: entry.tag, start: true }, log: entry.log };
    const exchange = exchangeOf(entry);
    const asked = askOf(entry, exchange, names);
    return { step: asked, asked, ...(exchange && { exchange }), log: entry.log };
  });
  return { script: observations.map(({ step }) => step), observations, image: imageOf(entries) };
}

function readEntries(file: string): Entry[] {
  try {
    return recording.parse(JSON.parse(readNamed(file).toString()));
  } catch (error) {
    throw new LabError(
      {
        doing: `reading what was recorded in ${file}`,
        expected: 'a list of requests, each with a tag, the request, and the response or the log that it left',
        happened:
          error instanceof z.ZodError
            ? z.prettifyError(error)
            : error instanceof LabError
              ? error.failure.happened
              : messageOf(error),
        hint: 'harness/compare/recorded has one of dockerd 1.13.1',
      },
      { cause: error },
    );
  }
}

function withStarts(entries: Entry[]): Entry[] {
  if (entries.some((entry) => 'start' in entry)) return entries;
  const restarted = entries.findIndex(({ tag }) => tag.startsWith('after-restart'));
  const start = (tag: string): Entry => ({ tag, start: true });
  const at = restarted < 0 ? entries.length : restarted;
  const [before, after] = [entries.slice(0, at), entries.slice(at)];
  return [start('start'), ...before, ...(after.length > 0 ? [start('restart')] : []), ...after];
}

function askOf({ tag, request }: RecordedRequest, exchange: Exchange | undefined, names: Names): Ask {
  const { method, body } = request;
  const path = request.path.replaceAll(/[0-9a-f]{64}/g, (id) => (names.has(id) ? `{${names.get(id)}}` : id));
  const ask: Ask = { name: tag, method, path, ...(body !== null && body !== undefined && { body }) };
  return {
    ...ask,
    ...(exchange?.ending === 'frame' && { until: 'frame' }),
    ...(exchange?.ending === 'open' && { ticks: patience }),
  };
}

function exchangeOf({ response, end }: RecordedRequest): Exchange | undefined {
  if (response === undefined) return undefined;
  const bytes = withTrueLengths(Buffer.from(response).toString('latin1'));
  const hasFrame = parseMessage(bytes)?.body.includes('\n');
  const ending: Ending = end !== 'timeout' ? 'closed' : hasFrame ? 'frame' : 'open';
  return { response: bytes, ending };
}

/**
 * A recorded body may have been shortened since, a path of another machine, and the lengths of its chunks are then
 * those of before: they are counted anew. No body that is kept as text has a line of hexadecimal digits alone.
 */
function withTrueLengths(bytes: string): string {
  const end = bytes.indexOf('\r\n\r\n') + 4;
  const head = bytes.slice(0, end);
  if (!/^Transfer-Encoding: chunked\r$/m.test(head)) return bytes;
  const chunks = bytes.slice(end).split(/(?:^|\r\n)[0-9a-f]+\r\n/);
  const framed = chunks
    .filter((chunk) => chunk.trim() !== '')
    .map((chunk) => {
      const text = chunk.replace(/\r\n$/, '');
      return `${text.length.toString(16)}\r\n${text}\r\n`;
    });
  return `${head}${framed.join('')}`;
}

/** By the id of a container, the name that it was created with. */
type Names = ReadonlyMap<string, string>;

function namesOf(entries: readonly Entry[]): Names {
  const names = new Map<string, string>();
  for (const entry of entries) {
    if (!('request' in entry)) continue;
    const name = /\/containers\/create\?name=([\w-]+)$/.exec(entry.request.path)?.[1];
    const id = /"Id":"([0-9a-f]{64})"/.exec(entry.response ?? '')?.[1];
    if (name !== undefined && id !== undefined) names.set(id, name);
  }
  return names;
}

/** The image of the first container that was made. */
function imageOf(entries: readonly Entry[]): string {
  for (const entry of entries) {
    if (!('request' in entry) || !entry.response?.startsWith('HTTP/1.1 201 ')) continue;
    const { data } = z.object({ Image: z.string() }).safeParse(entry.request.body);
    if (data) return data.Image;
  }
  return 'busybox';
}
