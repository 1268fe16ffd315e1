import test from 'ava';
import { measuredDoses, reconstructed, type Reconstructed } from './testing/reconstructed.ts';
import { seriesOf } from './testing/series.ts';
import { slopeVerdictRecord, type SlopeVerdict } from './verdict-record.ts';
import { judge } from './verdict.ts';

const significant = (value: number) => Number(value.toPrecision(5));

/** A verdict in short: `leak 1 (0.99907 to 1.0004), r² 1, threshold 0.0015687, limit 0.007044`. */
function short({ verdict, slope, interval, r2, threshold, detectionLimit }: SlopeVerdict): string {
  const [mean, low, high, limit, least] = [slope, interval.low, interval.high, threshold.value, detectionLimit].map(
    significant,
  );
  return `${verdict} ${mean} (${low} to ${high}), r² ${r2 === null ? 'none' : significant(r2)}, threshold ${limit}, limit ${least}`;
}

const made = (one: Reconstructed, values: readonly number[]) => seriesOf(one, measuredDoses, values);

/** Series with slopes of real daemons, and what the judge says of them. */
const verdicts = new Map([
  ['dockerd 1.13.1, burst: RSS', 'leak 32204 (30307 to 33047), r² 0.9999, threshold 390.97, limit 22803'],
  [
    'dockerd 1.13.1, burst: HeapAlloc after GC',
    'leak 33091 (32218 to 33479), r² 0.99998, threshold 75.114, limit 10178',
  ],
  ['dockerd 1.13.1, burst: stacks', 'leak 12513 (11469 to 12977), r² 0.9998, threshold 114.48, limit 14006'],
  ['dockerd 1.13.1, burst: fds', 'leak 1 (0.99907 to 1.0004), r² 1, threshold 0.0015687, limit 0.007044'],
  ['dockerd 1.13.1, burst: goroutines', 'leak 3 (2.9939 to 3.0028), r² 1, threshold 0.0045837, limit 0.070242'],
  ['dockerd 1.13.1, amid other traffic: RSS', 'leak 59828 (56296 to 61398), r² 0.9999, threshold 5210.4, limit 40470'],
  [
    'dockerd 1.13.1, amid other traffic: HeapAlloc after GC',
    'leak 33009 (31062 to 33874), r² 0.9999, threshold 211.42, limit 19755',
  ],
  [
    'dockerd 1.13.1, amid other traffic: stacks',
    'leak 14200 (13018 to 14726), r² 0.9998, threshold 114.48, limit 12098',
  ],
  [
    'dockerd 20.10.24, containerd stopped: RSS',
    'leak 30454 (26863 to 32051), r² 0.9996, threshold 4057.5, limit 54157',
  ],
  [
    'dockerd 20.10.24, containerd stopped: HeapAlloc after GC',
    'leak 32234 (30333 to 33079), r² 0.9999, threshold 199.43, limit 20791',
  ],
  [
    'dockerd 20.10.24, containerd stopped: goroutines',
    'leak 1.9999 (1.9962 to 2.0016), r² 1, threshold 0.0031161, limit 0.046964',
  ],
]);

for (const one of reconstructed) {
  const name = `${one.daemon}: ${one.metric}`;
  test(`${name}, as measured, leaks`, (t) => {
    const verdict = judge(made(one, one.values), made(one, one.idle));
    t.is(short(verdict), verdicts.get(name) ?? '');
    t.deepEqual(verdict.withdrawn, []);
    t.deepEqual(slopeVerdictRecord.parse(JSON.parse(JSON.stringify(verdict))), verdict);
  });
  test(`${name}, of a made idle cell, does not`, (t) => {
    t.is(judge(made(one, one.idle), made(one, one.idle.toReversed())).verdict, 'no-leak');
  });
}
