import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** What a cell's daemon and kernel said of themselves. */
export interface Environment {
  /** As lines; empty when the cell had no daemon, or an older lab has not kept it. */
  dockerVersion: string[];
  dockerInfo: string[];
  /** Of `uname -a`, where the machine was asked. */
  uname: string;
}

const version = z.looseObject({
  Version: z.string(),
  ApiVersion: z.string().optional(),
  GoVersion: z.string().optional(),
  GitCommit: z.string().optional(),
  Os: z.string().optional(),
  Arch: z.string().optional(),
  Components: z.array(z.looseObject({ Name: z.string(), Version: z.string() })).optional(),
});

/** The rows of `docker info` that a bug in a daemon may depend on, as the Engine API calls them. */
const infoRows = [
  'ServerVersion',
  'Driver',
  'CgroupDriver',
  'CgroupVersion',
  'LiveRestoreEnabled',
  'SecurityOptions',
  'DefaultRuntime',
  'InitBinary',
  'KernelVersion',
  'OperatingSystem',
  'OSType',
  'Architecture',
  'NCPU',
  'MemTotal',
  'Debug',
  'Warnings',
];

const machineEvent = z.looseObject({ what: z.literal('machine'), uname: z.string().optional() });

/** Reads what a cell's directory has of it. */
export async function readEnvironment(cell: string): Promise<Environment> {
  const versionFile = await readJsonFile(path.join(cell, 'docker-version.json'));
  const info = z.record(z.string(), z.unknown()).safeParse(await readJsonFile(path.join(cell, 'docker-info.json')));
  const events = await readFile(path.join(cell, 'events.ndjson'), 'utf8').catch(() => '');
  const machine = machineEvent.safeParse(
    JSON.parse(events.split('\n').find((line) => line.includes('"what":"machine"')) ?? 'null'),
  );
  return {
    dockerVersion: describeVersion(versionFile),
    dockerInfo: info.success
      ? infoRows.filter((row) => info.data[row] !== undefined).map((row) => `${row}: ${shown(info.data[row])}`)
      : [],
    uname: (machine.success && machine.data.uname) || '',
  };
}

function describeVersion(value: unknown): string[] {
  const parsed = version.safeParse(value);
  if (!parsed.success) return [];
  const { Version, ApiVersion, GoVersion, GitCommit, Os, Arch, Components = [] } = parsed.data;
  const rows = {
    Version,
    'API version': ApiVersion,
    'Go version': GoVersion,
    'Git commit': GitCommit,
    'OS/Arch': `${Os}/${Arch}`,
  };
  return [
    'Server: Docker Engine (asked by its API, without a client)',
    ...Object.entries(rows).flatMap(([name, text]) => (text === undefined ? [] : [` ${name}: ${text}`])),
    ...Components.filter(({ Name }) => Name !== 'Engine').map((one) => ` ${one.Name}: ${one.Version}`),
  ];
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

async function readJsonFile(file: string): Promise<unknown> {
  return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : undefined;
}
