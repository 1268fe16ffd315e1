import path from 'node:path';
import pLimit from 'p-limit';
import { scenarios } from '../../scenarios/index.ts';
import { UsageError } from '../core/errors.ts';
import { machineKinds } from '../machines/registry.ts';
import type { MachineKind } from '../machines/shared/kind.ts';
import type { Dispatcher } from '../run/dispatcher.ts';
import type { ProgressView } from '../run/progress-view.ts';
import { startScenario } from '../run/start-scenario.ts';
import { writeJson } from '../store/files.ts';
import type { StoredRun } from '../store/read-run.ts';
import { cellHash, parseSelection, type Cell, type Factor } from '../core/cell.ts';
import { named } from '../core/did-you-mean.ts';
import { isOfShard, ordered, type Past } from './order.ts';
import { readIfWhole } from './past.ts';
import { nightParts, type NightPart } from './plan.ts';
import { beginNight, forget, lastInterrupted, type NightSettings } from './night-directory.ts';
import { profiles, type NightRecord, type StoredNight } from '../store/night-record.ts';
import { invalidBecause } from './validity.ts';

/** The selected part of the matrix, and the observer of the night. */
export interface NightRequest extends NightSettings {
  jobs?: number;
  /** Whether to resume the last interrupted night with these settings. */
  resume: boolean;
  signal: AbortSignal;
  view: ProgressView;
  /** The engine that runs the cells. */
  dispatcher: Dispatcher;
  /** The records of earlier nights. */
  past: (part: NightPart) => Past;
}

/**
 * Tries the parts of a night in their order, as many at once as the engine has room for. Returns the night as it is stored.
 *
 * @throws {UsageError} when the selection leaves no cell of any part
 */
export async function runNight(request: NightRequest): Promise<StoredNight> {
  const { profile, signal, out } = request;
  const isWanted = selectionOf(request);
  const selected = nightParts.filter((part) => profiles.indexOf(part.profile) <= profiles.indexOf(profile));
  const parts = ordered(
    selected.filter((part) => isWanted(part)),
    request.past,
  );
  if (parts.length === 0) throw new UsageError('The selection is empty: --only and --not leave no part of the matrix.');
  const resumed = request.resume ? await lastInterrupted(request) : undefined;
  const { directory, night } = resumed ?? (await beginNight(request));
  const write = () => writeJson(path.join(directory, 'night.json'), night);
  // An engine that has room for several parts begins them in their order.
  const limit = pLimit(request.dispatcher.parts);
  const open = parts.filter((part) => !night.done.some((one) => one.part === part.name));
  await Promise.all(
    open.map((part) => limit(() => (signal.aborted ? undefined : tryPart(part, request, night, write)))),
  );
  if (isEmpty(night) && !signal.aborted) {
    if (!resumed) await forget(directory);
    throw new UsageError('The selection is empty: --only and --not leave no cell of the matrix.');
  }
  night.state = signal.aborted ? 'interrupted' : 'finished';
  night.endedAt = new Date().toISOString();
  night.invalidBecause = invalidBecause(await runsOf(out, night));
  night.valid = night.invalidBecause.length === 0;
  await write();
  return { directory, night };
}

/** Tries one part of the night, and writes down that it is done, interrupted or left out. */
async function tryPart(
  part: NightPart,
  request: NightRequest,
  night: NightRecord,
  write: () => Promise<void>,
): Promise<void> {
  const { out, signal, view, dispatcher } = request;
  const kind = named('machine', part.machine, machineKinds);
  const why = await dispatcher.prepare(kind);
  if (why !== undefined) {
    night.leftOut = [...night.leftOut.filter((one) => one.part !== part.name), { part: part.name, why }];
    return;
  }
  view.say(`${part.name} (${part.machine})`);
  const tried = await triedHashes(out, night, part);
  const begin = performance.now();
  const made = await runPart(part, kind, request, tried);
  const run = made === undefined ? undefined : path.relative(out, made);
  const seconds = Math.round((performance.now() - begin) / 100) / 10;
  if (run !== undefined) night.runs.push(run);
  if (!signal.aborted) night.done.push({ part: part.name, seconds, ...(run !== undefined && { run }) });
  await write();
}

/** The runs of a night that are still there and can be read. */
export async function runsOf(results: string, { runs }: NightRecord): Promise<StoredRun[]> {
  const stored = await Promise.all(runs.map((run) => readIfWhole(results, run)));
  return stored.filter((run) => run !== undefined);
}

/** Whether no cell was selected. A shard may have none when there are more hosts than cells. */
function isEmpty({ runs, leftOut, shard }: NightRecord): boolean {
  return runs.length === 0 && leftOut.length === 0 && shard === undefined;
}

async function runPart(
  part: NightPart,
  kind: MachineKind,
  request: NightRequest,
  tried: ReadonlySet<string>,
): Promise<string | undefined> {
  const isWanted = selectionOf(request);
  const wants = (cell: Cell) =>
    isWanted(part, cell) && isOfShard(cellHash(cell), request.shard) && !tried.has(cellHash(cell));
  return startScenario(named('scenario', part.scenario, scenarios), kind, {
    daemon: part.daemons ?? [],
    kernel: part.kernels ?? [],
    only: part.only ?? [],
    not: [],
    all: true,
    repeat: part.repeat ?? 1,
    out: request.out,
    signal: request.signal,
    view: request.view,
    dispatcher: request.dispatcher,
    wants,
    ...(request.jobs !== undefined && { jobs: request.jobs }),
  });
}

/** Whether `--only` and `--not` leave a part, or a cell of it: factors that it does not have are ignored. */
function selectionOf({ only, not }: Pick<NightRequest, 'only' | 'not'>): (part: NightPart, cell?: Cell) => boolean {
  const wanted = parseSelection(only, everyFactor);
  const unwanted = parseSelection(not, everyFactor);
  return ({ scenario, machine }, cell = {}) =>
    Object.entries({ scenario, machine, ...cell }).every(
      ([factor, level]) => wanted.get(factor)?.includes(level) !== false && !unwanted.get(factor)?.includes(level),
    );
}

/** Every factor that any part has; levels of one that several scenarios have are those of all. */
const everyFactor: readonly Factor[] = [
  { name: 'scenario', levels: scenarios.map(({ name }) => name) },
  { name: 'machine', levels: machineKinds.map(({ name }) => name) },
  { name: 'daemon', levels: [], open: true },
  { name: 'kernel', levels: [], open: true },
  ...[
    ...Map.groupBy(
      scenarios.flatMap(({ factors }) => factors),
      ({ name }) => name,
    ),
  ].map(([name, same]) => ({
    name,
    levels: [...new Set(same.flatMap(({ levels }) => levels))],
    aliases: Object.assign({}, ...same.map(({ aliases = {} }) => aliases)),
  })),
];

/** Cells of a part that already have their verdict, from a night that was interrupted in the middle of it. */
async function triedHashes(out: string, night: NightRecord, { scenario, machine }: NightPart): Promise<Set<string>> {
  const runs = (await runsOf(out, night)).filter(
    ({ run }) => run.scenario === scenario && run.machine.kind === machine,
  );
  // What was done stays done; what could not be run may work now.
  const cells = runs.filter(({ run }) => run.state === 'interrupted').flatMap((run) => run.cells);
  return new Set(cells.flatMap(({ plan, verdict }) => (verdict?.judgement ? [plan.hash] : [])));
}
