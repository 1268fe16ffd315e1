import { z } from 'zod';

/** More cells side by side than any machine has room for. */
export const mostJobs = 1024;

/** What a config file may set. Each is a default: an option and the environment say otherwise. */
export const configRecord = z.strictObject({
  $schema: z.string().optional().describe('This schema, for an editor.'),
  mirror: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address of the Debian mirror that packages come from.'),
  cache: z.string().min(1).optional().describe('Directory of all that is downloaded; relative to the config file.'),
  jobs: z.int().min(1).max(mostJobs).optional().describe('Cells side by side.'),
  fleet: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe('Redis or Valkey of the fleet, for matrix and for the commands of a fleet: redis://HOST:PORT.'),
  results: z.string().min(1).optional().describe('Directory that runs are kept in; relative to the config file.'),
});
export type Config = z.infer<typeof configRecord>;

/** The name of a setting in a config file. */
export type SettingName = Exclude<keyof Config, '$schema'>;

/** The settings of a config file, and the environment variable of each, which comes before the file. */
export const settingVariables: Readonly<Record<SettingName, string>> = {
  mirror: 'DOCKERD_LEAK_LAB_DEBIAN_MIRROR',
  cache: 'DOCKERD_LEAK_LAB_CACHE',
  jobs: 'DOCKERD_LEAK_LAB_JOBS',
  fleet: 'DOCKERD_LEAK_LAB_FLEET',
  results: 'DOCKERD_LEAK_LAB_RESULTS',
};

/** The names of all settings. */
export const settingNames = ['mirror', 'cache', 'jobs', 'fleet', 'results'] as const satisfies readonly SettingName[];

/** Where runs are kept unless `--out`, the environment or a config file says otherwise. */
export const defaultResults = 'results';
