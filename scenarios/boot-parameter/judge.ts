import type { Cell } from '../../harness/core/cell.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';
import { expectationOf, type Fate } from './expected.ts';
import { checkOf } from '../common/dose-response.ts';
import type { BootParameterObservations } from './observations.ts';
import { level } from './factors.ts';

/** Judges a cell of boot-parameter by its observations alone. */
export function judgeBootParameter(cell: Cell, release: string, seen: BootParameterObservations): Judgement {
  const parameter = level(cell, 'parameter');
  const { claim, effect, commandLine, kernelLog } = seen;
  const fate: Fate = effect.seen ? 'effective' : claim.known ? 'accepted' : 'ignored';
  const { fate: expected, known, reason, reference } = expectationOf(parameter, release);
  const inCommandLine = commandLine.split(' ').includes(claim.parameter);
  return {
    observed: fate,
    expected: expected ?? 'not known yet',
    reason,
    reference,
    checks: [
      checkOf('what became of it', fate, expected, [effect.evidence]),
      checkOf('the image knows it', `${claim.known}`, known === undefined ? undefined : `${known}`, [claim.evidence]),
      // It proves nothing, which is what this check shows: it is there for the ones that are ignored, too.
      checkOf('/proc/cmdline has it', `${inCommandLine}`, 'true', [commandLine]),
    ],
    figures: [
      `image: ${claim.known ? 'known' : 'not known'}. ${claim.evidence}`,
      `/proc/cmdline: ${inCommandLine ? 'there' : 'not there'}. ${commandLine}`,
      `effect: ${effect.seen ? 'seen' : 'none'}. ${effect.evidence}`,
      ...kernelLog.map((line) => `kernel: ${line}`),
    ],
    bug: fate === 'effective' ? 'absent' : 'present',
  };
}
