import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const fileTime = z.object({
  file: z.string(),
  /** From the start of its worker to the end of its last test. */
  seconds: z.number(),
  /** From then to the end of its worker: a timer or a handle that a test has left keeps the worker, and its place. */
  lingered: z.number(),
});

/** Seconds of lingering that are worth a word. A worker ends within some 10 ms. */
const longestLingering = 0.5;

/** The seconds that each test file took, as `worker-start.ts` has written them down: a line for each, the longest first; no line without such a file. */
export function fileTimes(written: string): string {
  if (!existsSync(written)) return '';
  const lines = readFileSync(written, 'utf8').trim().split('\n');
  return lines
    .map((line) => fileTime.parse(JSON.parse(line)))
    .toSorted((one, other) => other.seconds + other.lingered - one.seconds - one.lingered)
    .map(({ file, seconds, lingered }) => {
      const more = lingered > longestLingering ? `, and ended ${lingered.toFixed(1)} s after its last test` : '';
      return `${seconds.toFixed(1).padStart(7)} s  ${path.relative(process.cwd(), file)}${more}\n`;
    })
    .join('');
}
