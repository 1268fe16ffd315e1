import { neededLevel } from '../core/cell.ts';
import { typedCommand } from '../core/typed-command.ts';
import type { StoredRun } from '../store/read-run.ts';
import { bugSentence } from './bug-words.ts';
import { reportRun } from './run-report.ts';
import type { Screen } from './screen.ts';

/** After a first try: the answer in a sentence, and what to run next; a whole report where something was not as expected. */
export function tryReport(stored: StoredRun, screen: Screen): string {
  const { cells, directory } = stored;
  if (!cells.every(({ verdict }) => verdict?.outcome === 'as-expected')) return reportRun(stored, screen);
  const [daemon = ''] = cells.flatMap(({ plan }) => neededLevel(plan.cell, 'daemon') ?? []);
  const next: [string[], string][] = [
    [['scenario', 'netns-restore'], 'all MountFlags, with and without live-restore, on three dockers'],
    [['scenario', 'remedies', '--daemon', daemon], 'what heals a host that has it'],
    [['lab', 'diagnose'], 'whether this host has it'],
    [['lab', 'open'], 'the evidence as a page'],
  ];
  const commands = next.map(([command, what]) => [typedCommand(...command), what] as const);
  const widest = Math.max(...commands.map(([command]) => command.length));
  return [
    screen.paint('bold', bugSentence(cells) ?? ''),
    '',
    screen.paint('bold', 'What to run next'),
    ...commands.map(([command, what]) => `  ${command.padEnd(widest)}  ${what}`),
    '',
    screen.paint('dim', directory),
    '',
  ].join('\n');
}
