/** Numbers and amounts of one metric as an operator reads them. */
export interface Words {
  number: (value: number) => string;
  /** `33,091 bytes` */
  amount: (value: number) => string;
  /** `33,091 bytes per call` */
  slope: (value: number) => string;
}

const digits = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 5 });

/** Five significant digits: more than any probe repeats, enough to recognise 32,203 bytes by. */
export function wordsOf({ unit, per }: { unit: string; per: string }): Words {
  const number = (value: number) => digits.format(value === 0 ? 0 : value);
  const amount = (value: number) => `${number(value)} ${unit}`;
  return { number, amount, slope: (value) => `${amount(value)} per ${per}` };
}

/** `99.9 %` */
export function percent(share: number): string {
  return `${digits.format(share * 100)} %`;
}
