import type { CellEvent } from './evidence.ts';

/** Events that a reader wants to see in a series, by the beginning of their names: what happens to a daemon and its clients. */
const marked =
  /^(?:dockerd|containerd|client|stopping|starting dockerd|releasing|taking a profile|budget|failed|interrupted|reboot|remedy|dosed)/;

/** An event that is a line in every plot, with its number in the list above them. */
export interface Mark {
  /** Milliseconds since the cell began. */
  at: number;
  what: string;
  number: number;
}

/** Events to be drawn, and those from before the first reading, whose time would press all readings into a corner. */
export function marksOf(events: readonly CellEvent[], firstReading: number): { before: CellEvent[]; marks: Mark[] } {
  const wanted = events.filter(({ what, values }) => values === undefined && marked.test(what));
  const drawn = wanted.filter(({ at }) => at >= firstReading);
  return {
    before: wanted.filter(({ at }) => at < firstReading),
    marks: drawn.map(({ at, what }, index) => ({ at, what, number: index + 1 })),
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
