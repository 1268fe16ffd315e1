import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import envPaths from 'env-paths';
import type { z } from 'zod';
import { didYouMean } from '../core/did-you-mean.ts';
import { messageOf, UsageError } from '../core/errors.ts';
import { configRecord, settingNames, settingVariables, type Config, type SettingName } from '../core/settings.ts';

const fileName = 'dockerd-leak-lab.json';

/** A config file that was found, and the values that it sets, as the environment would have them. */
export interface FoundConfig {
  file: string;
  values: Partial<Record<SettingName, string>>;
}

/** Where a config file is looked for: in the directory that the lab was started in, then in the user's config directory. The first one counts alone. */
function configPlaces(): string[] {
  return [fileName, path.join(envPaths('dockerd-leak-lab', { suffix: '' }).config, fileName)];
}

/**
 * The config file, if there is one.
 *
 * @throws {UsageError} when it cannot be read, or has something else than settings
 */
export function findConfig(): FoundConfig | undefined {
  for (const file of configPlaces()) {
    const text = readIfThere(file);
    if (text === undefined) continue;
    return { file, values: valuesOf(parse(file, text), path.dirname(file)) };
  }
  return undefined;
}

function readIfThere(file: string): string | undefined {
  // In a directory that this user may not enter there is none for this user: `sudo -u` keeps the home of another.
  if (!existsSync(file)) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`The config file ${file} cannot be read: ${messageOf(error)}`);
  }
}

function parse(file: string, text: string): Config {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`The config file ${file} is no JSON: ${messageOf(error)}`);
  }
  const read = configRecord.safeParse(raw);
  if (read.success) return read.data;
  throw new UsageError(`The config file ${file} is wrong:\n${read.error.issues.flatMap(complaints).join('\n')}`);
}

function complaints(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `  there is no setting "${key}".${didYouMean(key, settingNames)}`);
  const at = issue.path.map(String).join('.');
  return [`  ${at === '' ? '' : `${at}: `}${issue.message}`];
}

function valuesOf({ mirror, cache, jobs, fleet, results }: Config, directory: string): FoundConfig['values'] {
  return {
    ...(mirror !== undefined && { mirror }),
    ...(cache !== undefined && { cache: path.resolve(directory, cache) }),
    ...(jobs !== undefined && { jobs: `${jobs}` }),
    ...(fleet !== undefined && { fleet }),
    // As it was written, where that leads there: it is part of what the lab prints.
    ...(results !== undefined && { results: path.isAbsolute(results) ? results : path.join(directory, results) }),
  };
}

/**
 * Puts the settings of the config file where the environment has none: all that reads a setting, in children of this process, too, then has one place to
 * look.
 *
 * @returns takes them out again
 */
export function applyConfig(found: FoundConfig | undefined, environment: NodeJS.ProcessEnv = process.env): Disposable {
  const set = settingNames.filter((name) => {
    const value = found?.values[name];
    if (value === undefined || environment[settingVariables[name]]) return false;
    environment[settingVariables[name]] = value;
    return true;
  });
  return {
    [Symbol.dispose]() {
      for (const name of set) delete environment[settingVariables[name]];
    },
  };
}

/** Lines that say which config file is used, and where each setting comes from. */
export function describeConfig(found: FoundConfig | undefined, environment: NodeJS.ProcessEnv = process.env): string[] {
  if (!found) return [`none: looked for ${configPlaces().join(' and ')}`];
  const lines = settingNames.flatMap((name) => {
    const value = found.values[name];
    if (value === undefined) return [];
    const used = environment[settingVariables[name]];
    const other = used && used !== value ? `; the environment has ${settingVariables[name]}=${used}, which counts` : '';
    return [`${name}: ${name === 'fleet' ? withoutPassword(value) : value}${other}`];
  });
  return [path.resolve(found.file), ...lines];
}

function withoutPassword(address: string): string {
  const url = new URL(address);
  if (url.password !== '') url.password = '***';
  return url.href;
}
