import { compareVersions } from '../harness/daemons/version.ts';
import { levelOf, type Cell } from '../harness/matrix/cell.ts';
import type { Judgement } from '../harness/scenario.ts';
import { checkOf } from './dose-response.ts';
import type { BootParameterObservations } from './boot-parameter.ts';

/** What became of a parameter. */
type Fate = 'effective' | 'accepted' | 'ignored';

/** Kernels from this one on were booted with each parameter. */
const measuredFrom = '5.10';

/** Judges a cell of boot-parameter by its observations alone. */
export function judgeBootParameter(cell: Cell, release: string, seen: BootParameterObservations): Judgement {
  const level = levelOf(cell, 'parameter');
  const { claim, effect, commandLine, kernelLog } = seen;
  const fate: Fate = effect.seen ? 'effective' : claim.known ? 'accepted' : 'ignored';
  const expected = expectedFate(level, release);
  const inCommandLine = commandLine.split(' ').includes(claim.parameter);
  return {
    observed: fate,
    expected: expected ?? 'not known yet',
    reason: reasonOf(level, expected),
    reference: expected === undefined ? 'none' : 'measured on 5.10.223, 6.1.176, 6.12.107 and 7.2.13',
    checks: [
      checkOf('what became of it', fate, expected, [effect.evidence]),
      checkOf('the image knows it', `${claim.known}`, expected && `${expected !== 'ignored'}`, [claim.evidence]),
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

/** The controls are ignored by every kernel; the others are effective where they were measured. */
function expectedFate(level: string, release: string): Fate | undefined {
  if (level === 'typo' || level === 'unknown') return 'ignored';
  const version = /^\d+\.\d+/.exec(release)?.[0] ?? '0';
  return compareVersions(version, measuredFrom) >= 0 ? 'effective' : undefined;
}

function reasonOf(level: string, expected: Fate | undefined): string {
  if (level === 'typo') return 'a misspelt value is silent: the kernel looks for words that it knows (control)';
  if (level === 'unknown') return 'a name with a dot is taken for a module’s, whether there is one or not (control)';
  return expected === undefined
    ? 'no kernel of that age was measured; on 3.10 of CentOS 7 the reports say that nokmem is ignored'
    : 'the kernel has the parameter, and does what it says';
}
