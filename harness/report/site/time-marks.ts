import type { StoredEvent } from '../../store/read-events.ts';
import { eventWords, isMark } from './event-words.ts';

/** An event that is a line in every plot, with its number in the list above them. */
export interface Mark {
  /** Milliseconds since the cell began. */
  at: number;
  words: string;
  number: number;
}

/** Events to be drawn, and those from before the first reading, whose time would press all readings into a corner. */
export function marksOf(
  events: readonly StoredEvent[],
  firstReading: number,
): { before: Omit<Mark, 'number'>[]; marks: Mark[] } {
  const wanted = events.filter(isMark).map((event) => ({ at: event.at, words: eventWords(event) }));
  const drawn = wanted.filter(({ at }) => at >= firstReading);
  return {
    before: wanted.filter(({ at }) => at < firstReading),
    marks: drawn.map((mark, index) => ({ ...mark, number: index + 1 })),
  };
}

/** A part of the time axis in which two numbers would be written over each other. */
const tooClose = 0.06;

/** The numbers of marks as text: those that are close together share one, e.g. `4–6`. @param span milliseconds of the axis */
export function labelsOf(marks: readonly Mark[], span: number): { at: number; text: string }[] {
  const groups: [Mark, ...Mark[]][] = [];
  for (const mark of marks) {
    const group = groups.at(-1);
    if (group && mark.at - group[0].at < tooClose * span) group.push(mark);
    else groups.push([mark]);
  }
  return groups.map((group) => {
    const [first, last] = [group[0], group.at(-1) ?? group[0]];
    return {
      at: (first.at + last.at) / 2,
      text: first === last ? `${first.number}` : `${first.number}–${last.number}`,
    };
  });
}
