import type { Cell } from '../core/cell.ts';

/** The command that tries a cell alone, on a kind of machine or the scenario's own, with these sizes of its protocol. */
export function cellCommand(
  scenario: string,
  { daemon, kernel, ...rest }: Cell,
  sizes: Readonly<Record<string, number>> = {},
  machine?: string,
): string[] {
  const only = Object.entries(rest).map(([factor, level]) => `${factor}=${level}`);
  const size = Object.entries(sizes).map(([name, number]) => `${name}=${number}`);
  return [
    'npm',
    'run',
    'scenario',
    scenario,
    '--',
    ...(machine === undefined ? [] : ['--machine', machine]),
    ...(daemon === undefined ? [] : ['--daemon', daemon]),
    ...(kernel === undefined ? [] : ['--kernel', kernel]),
    ...(only.length > 0 ? ['--only', only.join(',')] : []),
    ...(size.length > 0 ? ['--size', size.join(',')] : []),
  ];
}
