import test from 'ava';
import type { Cell } from '../core/cell.ts';
import { checkOf, countCheck } from '../judge/check.ts';
import type { Judgement } from '../judge/judgement.ts';
import { allValue } from '../judge/value.ts';
import { wholeLines } from './screen.ts';
import { sideBySide } from './side-by-side.ts';

function judged(cell: Cell, isLost: boolean): { cell: Cell; judgement: Judgement } {
  const logged = (of: string) => (isLost ? [1, 2, 3].map((number) => `${of} ${number}`) : []);
  return {
    cell,
    judgement: {
      observed: [],
      reason: '',
      reference: '',
      checks: [
        checkOf('network-namespaces', allValue(3, isLost ? 'lost' : 'nsfs'), undefined, ['stat of a file']),
        countCheck('restore-errors', logged('restore').length, undefined, 'lines', logged('cannot restore')),
        countCheck('collecting-stats-logged', logged('stats').length, undefined, 'lines', logged('collecting stats')),
        checkOf('containers', allValue(3, 'running-on'), undefined),
      ],
      bug: isLost ? 'present' : 'absent',
    },
  };
}

test('what differs between a cause and its control, and what the log says of the cause', (t) => {
  const common = { daemon: '20.10.24', liveRestore: 'on' };
  const cause = judged({ ...common, mountFlags: 'slave' }, true);
  const control = judged({ ...common, mountFlags: 'unset' }, false);
  t.is(
    sideBySide([cause, control], wholeLines).replaceAll(/ +$/gm, ''),
    `The cause and its control
in both: daemon=20.10.24 liveRestore=on
                                 mountFlags=slave   mountFlags=unset
 bug                             reproduced         not present
 network namespaces              3 lost             3 kept
 restore errors                  3                  none
 "collecting stats" in the log   3                  none
 1 other check is the same in both
The log of dockerd with mountFlags=slave
  cannot restore 1
  collecting stats 1
  cannot restore 2`,
  );
});
