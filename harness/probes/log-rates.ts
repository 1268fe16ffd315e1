import { open } from 'node:fs/promises';
import type { LogRates } from '../evidence/log-rates.ts';
import { patterns } from './daemon-log.ts';

/** Shapes that are kept. */
const mostShapes = 3;

/** Bytes of a log that are read at once: 100,000 execs make a dockerd in debug mode write 200 MB. */
const mostBytes = 1 << 24;

/** Reads the part of a log that was written after its first `from` bytes, at most its last 16 MiB. */
export async function readGrowth(log: string, from: number): Promise<string> {
  await using file = await open(log);
  const { size } = await file.stat();
  const position = Math.max(from, size - mostBytes);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - position)), { position });
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
