import { mutantsOf, type Mutant } from './mutant.ts';

/** Mistakes in what is said of a metric after the clients have gone, and of a day of production. */
export const recoveryMutants: readonly Mutant[] = [
  ...mutantsOf('recovery.ts', [
    ['before.length < 2', 'before.length < 1', 'one reading has no spread'],
    ['a.seconds - b.seconds', 'b.seconds - a.seconds', 'the last reading is the latest one'],
    ['before.length - 1', 'before.length', 'degrees of freedom of the baseline'],
    ['Math.max(spread, roundingNoise(granularity))', 'spread', 'a quiet baseline still rounds'],
    ['return granularity + tQuantile', 'return tQuantile', 'one allocation is no residue'],
    ['tQuantile(accusing, degrees) * noise', 'noise', 'how sure the tolerance is'],
    ['Math.sqrt(1 + 1 / before.length)', '1', 'the baseline is measured with an error, too'],
    ['if (rise <= tolerance)', 'if (rise <= 0)', 'a rise within the noise proves nothing'],
    ['if (rest <= tolerance)', 'if (rest <= 0)', 'back is within the tolerance'],
    ['rise - rest > tolerance', 'rise - rest > 0', 'a fall within the noise is none'],
    [
      'rise <= tolerance',
      'rise < tolerance',
      'a rise exactly as large as the tolerance',
      'the tolerance is a product of square roots and a quantile, which no difference of readings equals to the last bit',
    ],
    ['({ value }) => value > limit', '({ value }) => value < limit', 'when it was back'],
    [
      '({ value }) => value > limit',
      '({ value }) => value >= limit',
      'a reading exactly at the limit',
      'the limit has the tolerance in it, which no reading equals to the last bit',
    ],
    ['course[above + 1]', 'course[above]', 'the first reading from which it stays'],
    ['findLastIndex', 'findIndex', 'it has to stay back'],
    ["recovery === 'full' ? baseline : last.value", 'baseline', 'what came back in part has settled somewhere else'],
    ['Math.min(1, Math.max(0, share))', 'Math.max(0, share)', 'more than all cannot come back'],
    ['Math.min(1, Math.max(0, share))', 'Math.min(1, share)', 'less than nothing cannot come back'],
    ['(last.value - baseline) / peak.dose', 'last.value / peak.dose', 'the residue is above the baseline'],
    ["recovery === 'nothing-to-recover' ? null :", '', 'a share of nothing'],
    [
      "recovery === 'full' || recovery === 'partial' ? settledAt",
      "recovery === 'full' ? settledAt",
      'what came back in part has settled',
    ],
    ['settled.gcs === 1', 'settled.gcs === 2', 'one collection is one'],
  ]),
  ...mutantsOf('projection.ts', [
    ['day = 86_400', 'day = 8640', 'the seconds of a day'],
    ['(containers * day) / everySeconds', 'containers * day * everySeconds', 'calls in a day'],
    ['expected: slope * doses', 'expected: slope', 'what so many calls add'],
    ['low: interval.low * doses', 'low: slope * doses', 'the low end'],
    ['high: interval.high * doses', 'high: slope * doses', 'the high end'],
  ]),
  ...mutantsOf('words.ts', [
    ['maximumSignificantDigits: 5', 'maximumSignificantDigits: 3', 'enough digits to recognise a number by'],
    ['value === 0 ? 0 : value', 'value', 'there is no zero below zero'],
    ['share * 100', 'share', 'percent'],
  ]),
];
