const bars = '▁▂▃▄▅▆▇█';

/** Characters of a line of bars. */
const width = 24;

/** The course of a value as bars, from its least to its greatest; of many values the last of each group of equal size. */
export function sparkline(values: readonly number[]): string {
  const groups = Math.min(width, values.length);
  const shown = Array.from({ length: groups }, (_, index) => {
    const last = Math.ceil(((index + 1) * values.length) / groups) - 1;
    return values[last] ?? 0;
  });
  const least = Math.min(...shown);
  const range = Math.max(...shown) - least;
  return shown
    .map((value) => bars[range === 0 ? 0 : Math.round(((value - least) / range) * (bars.length - 1))])
    .join('');
}
