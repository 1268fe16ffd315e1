import { BootFailedError, LabError, NotApplicableError, lastLines } from '../../core/errors.ts';
import { knownErrors } from './known-errors.ts';
import type { Said } from './parse.ts';
import { typedCommand } from '../../core/typed-command.ts';

/** The result of a command of vagrant. */
export interface Ended {
  said: readonly Said[];
  /** Output that is not vagrant's own: of Ruby, of plug-ins, of the programs that it runs. */
  stderr: string;
  /** Absent when it was killed. */
  exitCode?: number;
  timedOut: boolean;
}

/** Lines of evidence that are shown. */
const shown = 12;

/** The error that a command of vagrant's failure is, by the name that vagrant gives it. */
export function failureOf(doing: string, limit: number, { said, stderr, exitCode, timedOut }: Ended): LabError {
  const [name = '', text = ''] = said.findLast(({ type }) => type === 'error-exit')?.data ?? [];
  const short = name.split('::').at(-1) ?? '';
  const known = Object.hasOwn(knownErrors, short) ? knownErrors[short] : undefined;
  const last = [...said.filter(({ type }) => type === 'ui').map(({ data }) => data[1] ?? ''), stderr].join('\n');
  const how = exitCode === undefined ? 'vagrant was killed' : `vagrant exited with ${exitCode}`;
  const failure = {
    doing,
    expected: timedOut ? `vagrant has done it within ${limit} s` : 'vagrant does it',
    happened: timedOut ? 'it was not done then' : (known?.happened ?? how) + (short && ` (${short})`),
    evidence: lastLines((text || last).trim(), shown) || '(vagrant said nothing)',
    hint: known?.hint ?? `${typedCommand('lab', 'doctor')} says what this machine needs`,
  };
  if (known?.means === 'not-applicable') return new NotApplicableError(failure);
  return known?.means === 'boot-failed' ? new BootFailedError(failure) : new LabError(failure);
}
