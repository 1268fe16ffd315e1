import type { Cell } from '../core/cell.ts';
import { typedWords } from '../core/typed-command.ts';

/** The command that tries a cell alone, on a kind of machine or the scenario's own, with these sizes of its protocol; a scenario outside the lab has a module. */
export function cellCommand(
  scenario: string,
  { daemon, kernel, ...rest }: Cell,
  sizes: Readonly<Record<string, number>> = {},
  { machine, module }: { machine?: string; module?: string | undefined } = {},
): string[] {
  const only = Object.entries(rest).map(([factor, level]) => `${factor}=${level}`);
  const size = Object.entries(sizes).map(([name, number]) => `${name}=${number}`);
  return typedWords([
    'scenario',
    scenario,
    ...(module === undefined ? [] : ['--scenario', module]),
    ...(machine === undefined ? [] : ['--machine', machine]),
    ...(daemon === undefined ? [] : ['--daemon', daemon]),
    ...(kernel === undefined ? [] : ['--kernel', kernel]),
    ...(only.length > 0 ? ['--only', only.join(',')] : []),
    ...(size.length > 0 ? ['--size', size.join(',')] : []),
  ]);
}
