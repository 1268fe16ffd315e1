import { boundedLine } from '../core/printable.ts';

/** Text as one line that can be read. */
export function oneLine(text: string): string {
  return boundedLine(text.replaceAll(/\s+/g, ' '));
}
