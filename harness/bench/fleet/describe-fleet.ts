import type { FleetFigures } from './fleet-figures.ts';

type Round = FleetFigures['overhead']['fleet'];

/** For people. */
export function describeFleet({ overhead, waiting }: FleetFigures): string {
  const { fleet, inProcess } = overhead;
  const one = waiting.fleets[0];
  return [
    `${count(fleet.cells)} cells that do nothing, on ${fleet.workers} simulated workers:`,
    `  ${count(fleet.coordinator.ended)} have a verdict; ${rate(fleet)}; coordinator ${cpu(fleet)}`,
    `  in one process, ${count(inProcess.cells)} of them: ${rate(inProcess)}; ${cpu(inProcess)}`,
    `  order: ${count(fleet.seen.begun)} cells began, each after at most ${fleet.seen.mostLate} later ones of its worker`,
    `  coordinator: at most ${mebibytes(fleet.coordinator.peakBytes)} resident; ${growth(fleet)}`,
    `  in one process: at most ${mebibytes(inProcess.coordinator.peakBytes)} resident; ${growth(inProcess)}`,
    `  Redis: at most ${mebibytes(fleet.redis?.peakBytes ?? 0)}, ${mebibytes(fleet.redis?.bytesAtEnd ?? 0)} at the end`,
    `cells that wait ${waiting.wait / 1000} s:`,
    `  in one process: ${rate(waiting.inProcess)}`,
    ...waiting.fleets.map(
      (round) =>
        `  ${round.workers} workers: ${rate(round)}, ${(perSecond(round) / perSecond(one ?? round)).toFixed(2)} × one`,
    ),
  ].join('\n');
}

function perSecond({ cells, coordinator }: Round): number {
  return cells / coordinator.seconds;
}

function rate(round: Round): string {
  return `${round.coordinator.seconds.toFixed(1)} s, ${perSecond(round).toFixed(1)} cells/s`;
}

function cpu({ cells, coordinator }: Round): string {
  return `${((coordinator.cpuSeconds * 1000) / cells).toFixed(2)} ms of CPU a cell`;
}

/** What a coordinator had after each tenth of its cells. */
function growth({ coordinator: { memory } }: Round): string {
  return `after each tenth ${memory.map(({ residentBytes }) => Math.round(residentBytes / (1 << 20))).join(' ')} MiB`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / (1 << 20))} MiB`;
}

function count(cells: number): string {
  return cells.toLocaleString('en');
}
