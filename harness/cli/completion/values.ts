import type { Option } from 'commander';
import { scenarios } from '../../../scenarios/index.ts';
import type { Factor } from '../../core/cell.ts';
import { defaultResults, settingVariables } from '../../core/settings.ts';
import { cacheDirectory } from '../../fetch/cache.ts';
import { listDockerBuilds } from '../../fetch/known-builds.ts';
import { listKernels } from '../../fetch/known-kernels.ts';
import { machineKinds } from '../../machines/registry.ts';
import { listRuns } from '../../store/list-runs.ts';
import type { TypedLine } from './line.ts';
import { selections } from './selection.ts';

/** What a word may be: whole words with a description each, and the files of the directory. */
export interface Values {
  words: readonly { word: string; about?: string }[];
  files: boolean;
}

const none: Values = { words: [], files: false };
const files: Values = { words: [], files: true };

/** The values of an option, by its long name; of an option with choices, those. */
export async function valuesOfOption(option: Option, line: TypedLine): Promise<Values> {
  if (option.argChoices) return named(option.argChoices);
  const ofScenario = scenarios.filter(({ name }) => name === line.operands[0]);
  switch (option.long ?? '') {
    case '--only':
    case '--not':
      return named(selections(line.current, await factorsOf(line)));
    case '--daemon':
      return { ...named([...(await cachedDaemons()), 'replica']), files: true };
    case '--kernel':
      return { ...named(await cachedKernels()), files: true };
    case '--machine':
      return { words: machineKinds.map(({ name, summary }) => ({ word: name, about: summary })), files: false };
    case '--size':
      return named(ofScenario.flatMap(({ sizes = {} }) => Object.keys(sizes)).map((size) => `${size}=`));
    case '--resume':
      return { ...named(await runs(line)), files: true };
    default:
      return /<(?:file|dir)>/.test(option.flags) ? files : none;
  }
}

/** The values of an argument of a command, by its place. */
export async function valuesOfArgument(line: TypedLine): Promise<Values> {
  const { command, operands } = line;
  const all = command.registeredArguments;
  const argument = all[operands.length] ?? (all.at(-1)?.variadic ? all.at(-1) : undefined);
  if (!argument) return none;
  if (argument.argChoices) return named(argument.argChoices);
  if (command.name() === 'scenario')
    return { words: scenarios.map(({ name, claim }) => ({ word: name, about: claim })), files: false };
  if (['run', 'before', 'now'].includes(argument.name())) return { ...named(await runs(line)), files: true };
  if (argument.name() === 'kernel') return { ...named(await cachedKernels()), files: true };
  return ['dir', 'target'].includes(argument.name()) ? files : none;
}

/** The factors of the scenario that the line names; of a matrix, those of all scenarios, and scenario and machine. */
async function factorsOf({ command, operands }: TypedLine): Promise<Factor[]> {
  const chosen = command.name() === 'matrix' ? scenarios : scenarios.filter(({ name }) => name === operands[0]);
  const own = new Map<string, Factor>();
  for (const factor of chosen.flatMap(({ factors }) => factors)) {
    const levels = new Set([...(own.get(factor.name)?.levels ?? []), ...factor.levels]);
    own.set(factor.name, { name: factor.name, levels: [...levels] });
  }
  return [
    ...(command.name() === 'matrix'
      ? [
          { name: 'scenario', levels: scenarios.map(({ name }) => name) },
          { name: 'machine', levels: machineKinds.map(({ name }) => name) },
        ]
      : []),
    { name: 'daemon', levels: await cachedDaemons() },
    { name: 'kernel', levels: await cachedKernels() },
    ...own.values(),
  ];
}

async function cachedDaemons(): Promise<string[]> {
  return cachedOf(await listDockerBuilds(cacheDirectory()));
}

async function cachedKernels(): Promise<string[]> {
  return cachedOf(await listKernels(cacheDirectory()));
}

function cachedOf(known: readonly { name: string; cached?: unknown }[]): string[] {
  return known.filter(({ cached }) => cached !== undefined).map(({ name }) => name);
}

/** Scenarios that have runs, and the runs. */
async function runs({ used }: TypedLine): Promise<string[]> {
  const all = await listRuns(used.get('--out') || process.env[settingVariables.results] || defaultResults);
  return [...new Set(all.map((run) => run.split('/')[0] ?? '')), ...all];
}

function named(words: readonly string[]): Values {
  return { words: words.map((word) => ({ word })), files: false };
}
