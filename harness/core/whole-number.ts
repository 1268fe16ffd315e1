/** The bounds of a number that a user gives; both are included. */
export interface Bounds {
  least: number;
  most: number;
}

/** Decimal digits without a sign, an exponent, a leading zero or a space, as people write a count. */
const digits = /^(?:0|[1-9]\d{0,14})$/;

/** Reads a whole number; undefined for what is none, or lies outside of the bounds. */
export function wholeNumber(text: string, { least, most }: Bounds): number | undefined {
  if (!digits.test(text)) return undefined;
  const number = Number(text);
  return number >= least && number <= most ? number : undefined;
}
