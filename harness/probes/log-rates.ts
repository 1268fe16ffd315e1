import { open } from 'node:fs/promises';
import { z } from 'zod';
import { patterns } from './daemon-log.ts';

/** The growth rate of a daemon's log, by its own clock. */
export const logRates = z.strictObject({
  /** From its first line to its last one. */
  seconds: z.number(),
  /** Lines in all, without those that only a daemon in debug mode writes. */
  lines: z.int(),
  /** Lines that a lost network namespace leaves, by what they are: see daemon-log.ts. */
  patterns: z.record(z.string(), z.int()),
  /** Messages that are alike but for numbers and ids, most lines first. */
  shapes: z.array(z.strictObject({ shape: z.string(), lines: z.int() })),
});
export type LogRates = z.infer<typeof logRates>;

/** Shapes that are kept. */
const mostShapes = 3;

/** Reads the part of a log that was written after its first `from` bytes. */
export async function readGrowth(log: string, from: number): Promise<string> {
  await using file = await open(log);
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - from)), { position: from });
  return buffer.subarray(0, bytesRead).toString();
}

/** Counts the lines of a log. Debug lines are the lab's own doing, production has none: they tell the time, and count for nothing. */
export function rateLog(log: string): LogRates {
  const lines = log.split('\n').filter((line) => line.startsWith('time='));
  const times = lines.map((line) => Date.parse(/^time="?([^" ]+)/.exec(line)?.[1] ?? '')).filter(Number.isFinite);
  const told = lines.filter((line) => !line.includes(' level=debug '));
  const shapes = Map.groupBy(told, shapeOf);
  const counts = [...shapes].map(([shape, alike]) => ({ shape, lines: alike.length }));
  return {
    seconds: times.length > 0 ? (Math.max(...times) - Math.min(...times)) / 1000 : 0,
    lines: told.length,
    patterns: Object.fromEntries(
      Object.entries(patterns).map(([name, pattern]) => [name, told.filter((line) => pattern.test(line)).length]),
    ),
    shapes: counts.toSorted((a, b) => b.lines - a.lines || (a.shape < b.shape ? -1 : 1)).slice(0, mostShapes),
  };
}

/** A word of seven hex digits or more with a figure among them: whole and short ids of containers and sandboxes. */
const identifier = /\b(?=[a-f]*\d)[0-9a-f]{7,64}\b/g;

/** A number that is a word of its own, with a unit or without: `8`, `0.5`, `121.3ms`. */
const number = /(?<![\w.])\d+(?:\.\d+)*(?=(?:[mµn]?s)?\b)/g;

/** The message of a line with its ids and numbers replaced, and its error, which later dockers have in a field. */
export function shapeOf(line: string): string {
  const field = (name: string) => new RegExp(` ${name}="((?:[^"\\\\]|\\\\.)*)"`).exec(line)?.[1];
  const message = field('msg') ?? / msg=(\S+)/.exec(line)?.[1] ?? '';
  const error = field('error');
  const text = error === undefined ? message : `${message}: ${error}`;
  return text.replaceAll(identifier, '<id>').replaceAll(number, '<n>');
}

/** Figures of a log, a line a shape that comes often enough to be a rate: `log: 1.0 lines/s "…"`. */
export function logLines({ seconds, shapes }: LogRates): string[] {
  const often = shapes.filter(({ lines }) => lines > 1 && seconds > 0);
  return often.map(({ shape, lines }) => `log: ${(lines / seconds).toFixed(1)} lines/s "${shape}"`);
}
