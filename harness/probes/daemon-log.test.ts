import test from 'ava';
import { matchingLines, patterns } from './daemon-log.ts';

// dockerd 1.13.1 after a live restore: the second line is what it does next, and neither error.
const restore =
  'time="2026-11-22T04:35:02.019873362Z" level=error msg="failed to create osl sandbox while trying to restore sandbox 63798ad: failed to create a netlink handle: failed to set into network namespace 8 while creating netlink socket: invalid argument" ';
const endpoint =
  'time="2026-11-22T04:35:02.019899761Z" level=info msg="Removing stale endpoint web (99fcefdeb9d682abe63cafe0eccfed5b9e9c1c2b95d6a59dd0d54f8d08e966fd)" ';
const collecting =
  'time="2026-11-22T04:35:03.043559101Z" level=error msg="collecting stats for 74edb62107a8f47f4646958553443a2d10d0c712f3a9e8521e2f972decd9732b: sandbox 63798adb8c48bb410cbff7a0e2be47f259990491b38803274ccd15f2f2ddefdd not found" ';
// 28.5.2
const restore28 =
  'time="2026-11-22T06:09:16.253108894Z" level=error msg="Failed to create osl sandbox while trying to restore sandbox" cid=ae97f9b7cb94 error="failed to create a netlink handle: failed to set into network namespace 33 while creating netlink socket: invalid argument" isRestore=true sid=033a6008c6c2';
const collecting28 =
  'time="2026-11-22T06:26:12.941729746Z" level=error msg="collecting stats for container /c3: invalid id: id is empty"';

const finds = test.macro((t, pattern: RegExp, log: string[], expected: { time: string; line: string }[]) => {
  t.deepEqual(matchingLines(`${log.join('\n')}\n`, pattern), expected);
});

const { restoreError, collectingStats } = patterns;
test(
  'the restore errors of 1.13.1',
  finds,
  restoreError,
  [endpoint, restore, collecting, restore],
  [
    { time: '2026-11-22T04:35:02.019873362Z', line: restore },
    { time: '2026-11-22T04:35:02.019873362Z', line: restore },
  ],
);
test(
  'the restore errors of 28.5.2',
  finds,
  restoreError,
  [restore28, collecting28],
  [{ time: '2026-11-22T06:09:16.253108894Z', line: restore28 }],
);
test(
  'the collector of 1.13.1',
  finds,
  collectingStats,
  [endpoint, restore, collecting],
  [{ time: '2026-11-22T04:35:03.043559101Z', line: collecting }],
);
test(
  'the collector of 28.5.2',
  finds,
  collectingStats,
  [restore28, collecting28],
  [{ time: '2026-11-22T06:26:12.941729746Z', line: collecting28 }],
);
test('a log without them', finds, restoreError, [endpoint, collecting], []);
test('an empty log', finds, collectingStats, [], []);
test(
  'a line without quotes around its time',
  finds,
  collectingStats,
  ['time=04:35:03 msg="collecting stats for c1"'],
  [{ time: '04:35:03', line: 'time=04:35:03 msg="collecting stats for c1"' }],
);
test(
  'a line without a time',
  finds,
  collectingStats,
  ['msg="collecting stats for c1"'],
  [{ time: '', line: 'msg="collecting stats for c1"' }],
);
