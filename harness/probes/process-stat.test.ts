import test from 'ava';
import { processTimes } from './process-stat.ts';

// Fields as the kernel prints them, of a program whose name looks like the fields after it.
const rest = 'S 15925 15925 14741 0 -1 4194304 102 0 0 0 1234 567 8 9 20 0 1 0 1156202 3133440 390';

test('the times of a process', (t) => {
  t.deepEqual(processTimes(`15969 (dockerd) ${rest}\n`), { user: 12.34, system: 5.67, began: 11_562.02 });
  t.deepEqual(processTimes(`15969 (a) S 1 (b c) ${rest}`), { user: 12.34, system: 5.67, began: 11_562.02 });
});

test('what is no such line gives no zeroes', (t) => {
  for (const stat of ['', '15969 (dockerd) S 1', 'No such file or directory']) {
    t.throws(() => processTimes(stat), {
      message: `reading the times of a process: no line of /proc/PID/stat: "${stat}"`,
    });
  }
});
