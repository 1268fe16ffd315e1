import type { Cell } from '../../harness/core/cell.ts';
import { checkOf } from '../../harness/judge/check.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';
import { codeValue, type Value } from '../../harness/judge/value.ts';
import { expectationOf, type Fate } from './expected.ts';
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
    observed: [{ what: 'parameter-effect', value: codeValue(fate) }],
    ...(expected && { expected: [{ what: 'parameter-effect', value: codeValue(expected) }] }),
    reason,
    reference,
    checks: [
      checkOf('parameter-effect', codeValue(fate), expected && codeValue(expected), [effect.evidence]),
      checkOf('parameter-known', flag(claim.known), known === undefined ? undefined : flag(known), [claim.evidence]),
      // It proves nothing, which is what this check shows: it is there for the ones that are ignored, too.
      checkOf('parameter-in-cmdline', flag(inCommandLine), flag(true), [commandLine]),
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

function flag(is: boolean): Value {
  return { kind: 'flag', is };
}
