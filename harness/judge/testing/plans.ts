/** Doses at which a cell is read: five to nine readings, even and uneven, with repeats. */
export const plans: Readonly<Record<string, readonly number[]>> = {
  'facts, 5': [0, 500, 1000, 2000, 4000],
  'even, 5': [0, 1000, 2000, 3000, 4000],
  'doubling, 6': [0, 125, 250, 500, 1000, 2000],
  'even, 7': [0, 10, 20, 30, 40, 50, 60],
  'in pairs, 8': [0, 0, 500, 500, 1000, 1000, 2000, 2000],
  'even, 9': [0, 250, 500, 750, 1000, 1250, 1500, 1750, 2000],
  'doubling, 9': [0, 1, 2, 4, 8, 16, 32, 64, 128],
};
