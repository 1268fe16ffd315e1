import { z } from 'zod';
import { readJsonBeneath } from '../store/files.ts';
import { readEvents } from '../store/read-events.ts';

/** The daemon and kernel of a cell, as they describe themselves. */
export interface Environment {
  /** As lines; empty when the cell had no daemon, or an older lab has not kept it. */
  dockerVersion: string[];
  dockerInfo: string[];
  /** Of `uname -a`, where the machine was asked, without the name of its host. */
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
  'KernelVersion',
  'OperatingSystem',
  'Architecture',
];

/** Reads what a cell's directory has of it. */
export async function readEnvironment(cell: string): Promise<Environment> {
  const versionFile = await readIfJson(cell, 'docker-version.json');
  const info = z.record(z.string(), z.unknown()).safeParse(await readIfJson(cell, 'docker-info.json'));
  return {
    dockerVersion: describeVersion(versionFile),
    dockerInfo: info.success
      ? infoRows.filter((row) => info.data[row] !== undefined).map((row) => `${row}: ${shown(info.data[row])}`)
      : [],
    uname: unameOf(cell),
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

/** A file that cannot be read counts as not recorded. */
function readIfJson(cell: string, name: string): Promise<unknown> {
  return readJsonBeneath(cell, name, z.unknown()).catch(() => undefined);
}

/** The output of `uname -a` in the machine of a cell; empty when its events do not have it, or cannot be read. */
function unameOf(cell: string): string {
  try {
    const { events } = readEvents(cell);
    const [line = ''] = events.flatMap((event) => (event.code === 'machine' ? [event.uname] : []));
    // The second word is the name of the host (POSIX, uname).
    return line.replace(/^(\S+) \S+/, '$1 (host)');
  } catch {
    return '';
  }
}
