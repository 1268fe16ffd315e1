import type { NightRecord } from '../store/night-record.ts';
import { printable, printableLine } from '../core/printable.ts';
import type { StoredCell, StoredRun } from '../store/read-run.ts';
import { disagreementsIn } from '../night/disagreements.ts';
import { invalidWords } from './invalid-night.ts';
import { lineOf, statusOf, type CiStatus } from './night-cells.ts';
import { showSeconds } from './style.ts';

const signs: Readonly<Record<CiStatus, string>> = { passed: '✔', failed: '✘', broken: '!', skipped: '?' };

/** A night as Markdown, e.g. for `$GITHUB_STEP_SUMMARY`: first whether it counts, then what a person has to look at, then the sums. */
export function summaryOf(night: NightRecord, runs: readonly StoredRun[]): string {
  const cells = runs.flatMap(({ run, cells: all }) => all.map((cell) => ({ run, cell })));
  const toLookAt = cells.filter(({ cell }) => ['failed', 'broken'].includes(statusOf(cell)));
  const validity =
    night.valid === false
      ? [
          '> [!CAUTION]',
          '> **This night is invalid, even if the rest is green.**',
          ...night.invalidBecause.map((why) => `> - ${escaped(invalidWords(why))}`),
        ]
      : [
          night.valid
            ? 'The controls came out right: the planted leak was found, and the clean run acquitted.'
            : 'This night has not ended.',
        ];
  const shard = night.shard ? `, shard ${night.shard.index} of ${night.shard.of}` : '';
  const sums = runs.map(({ run, cells: all, directory }) => {
    const count = (status: CiStatus) => all.filter((cell) => statusOf(cell) === status).length;
    const seconds =
      run.endedAt === undefined ? '' : showSeconds((Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000);
    const counts = (['passed', 'failed', 'broken', 'skipped'] as const).map((status) => count(status) || '');
    return `| ${run.scenario} | ${escaped(run.machine.machine)} | ${counts.join(' | ')} | ${seconds} | ${directory.split('/').at(-1)} |`;
  });
  return [
    `# Night of ${night.startedAt.slice(0, 10)}: ${night.profile}${shard}, ${night.state}`,
    validity.join('\n'),
    ...(toLookAt.length > 0 ? ['## To look at', toLookAt.map((one) => rowOf(one)).join('\n')] : []),
    ...hostLines(runs),
    '## Runs',
    [
      `| scenario | machine | ${signs.passed} | ${signs.failed} | ${signs.broken} | ${signs.skipped} | time | run |`,
      '| --- | --- | --- | --- | --- | --- | --- | --- |',
      ...sums,
    ].join('\n'),
    ...(night.leftOut.length > 0
      ? [
          '## Left out here',
          night.leftOut.map(({ part, why }) => `- ${part}: ${escaped(why.split('\n')[0] ?? '')}`).join('\n'),
        ]
      : []),
    `Revision ${night.lab.revision}, Node ${night.lab.node}, host ${escaped(night.host)}.`,
    '',
  ].join('\n\n');
}

/** The hosts of a fleet, and those whose verdicts others contradict; nothing for a night of one host. */
function hostLines(runs: readonly StoredRun[]): string[] {
  const cells = runs.flatMap((run) => run.cells);
  const byHost = Map.groupBy(
    cells.flatMap(({ verdict }) => verdict?.host ?? []),
    (host) => host,
  );
  if (byHost.size === 0) return [];
  const hosts = [...byHost].toSorted(([a], [b]) => a.localeCompare(b));
  const counts = hosts.map(([host, own]) => `${escaped(host)} ran ${own.length}`).join(', ');
  const contradicted = disagreementsIn(runs).map(
    ({ host, scenario, cell, verdict, others }) =>
      `- **${escaped(host)}** says ${verdict.outcome}, and ${others.hosts.map(escaped).join(' and ')} say ${others.verdict.outcome}: ${scenario}: \`${printableLine(cell).replaceAll('`', "'")}\``,
  );
  return [
    `Cells of the fleet: ${counts}.`,
    ...(contradicted.length > 0 ? ['## Hosts that others contradict', contradicted.join('\n')] : []),
  ];
}

function rowOf({ run, cell }: { run: StoredRun['run']; cell: StoredCell }): string {
  return `- ${signs[statusOf(cell)]} ${run.scenario}: \`${printableLine(cell.plan.name).replaceAll('`', "'")}\` ${escaped(lineOf(cell))}`;
}

function escaped(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' ')).replaceAll(/([\\`*_{}[\]<>#|])/g, '\\$1');
}
