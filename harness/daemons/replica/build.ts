import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { DockerBuild, Fetching, Origin } from '../../../vms/build.ts';
import { fetchUserland } from '../../fetch/userland.ts';
import { sourceExtension } from '../../core/own-program.ts';
import { shellCommand } from '../../core/shell-command.ts';
import type { Fix } from '../../../vms/replica/fixes.ts';
import { commit, label, version } from '../../../vms/replica/label.ts';
import { fetchNodeRuntime } from './node-runtime.ts';

/** Where a cell has the launcher, and where the lab's own folders: as far apart as in the project, as the sources import the data. */
const launcherTarget = '/opt/docker';
const sourceTarget = '/opt/lab/harness/daemons/replica';
const dataTarget = '/opt/lab/vms/replica';

/** Its label, version and fixes, which judges and reports name, too. */
const data = join(import.meta.dirname, '../../../vms/replica');

/** Where the replica comes from: the directory of its sources, and a digest of all files that a cell runs. */
type ReplicaOrigin = Extract<Origin, { kind: 'replica' }>;

/** Options of a replica that differs from the default one. */
export interface ReplicaOptions {
  /** The changes against 1.13.1. */
  fixes?: readonly Fix[];
  /** `bookworm` brings the real docker CLI along. */
  userland?: 'tools' | 'bookworm';
}

/** The origin of the replica, and the digest of its content. */
export async function replicaOrigin(): Promise<ReplicaOrigin> {
  const source = import.meta.dirname;
  const hash = createHash('sha256');
  for (const directory of [source, data]) {
    const entries = await readdir(directory, { recursive: true });
    // Tests, declarations, and what makes a build of it, are not in what a cell runs.
    const files = entries.filter(
      (name) =>
        [sourceExtension, '.sh'].includes(extname(name)) && !/(\.test|\.d|^build|^node-runtime)\.[jt]s$/.test(name),
    );
    for (const name of files.sort()) hash.update(`${name}\0`).update(await readFile(join(directory, name)));
  }
  return { kind: 'replica', source, sha256: hash.digest('hex') };
}

/** The replica of 1.13.1 as a docker build, run by the Node that runs the lab. */
export async function replicaBuild(fetching: Fetching, options: ReplicaOptions = {}): Promise<DockerBuild> {
  const { fixes = [], userland = 'tools' } = options;
  const runtime = await fetchNodeRuntime(fetching);
  const origin = await replicaOrigin();
  const launcher = await writeLauncher(fetching.cache, runtime.command, fixes);
  return {
    name: [label, ...fixes].join('+'),
    version,
    commit,
    origin,
    binaries: [{ name: 'dockerd', path: `${launcherTarget}/dockerd`, sha256: launcher.sha256 }],
    userland: await fetchUserland(userland, fetching),
    mounts: [
      { source: launcher.directory, target: launcherTarget },
      { source: origin.source, target: sourceTarget },
      { source: data, target: dataTarget },
      runtime.mount,
    ],
    path: `${launcherTarget}:/usr/sbin:/usr/bin:/sbin:/bin`,
  };
}

/** Writes the program `dockerd` of a cell, in a directory of its own that is named by its content. */
async function writeLauncher(
  cache: string,
  node: readonly string[],
  fixes: readonly Fix[],
): Promise<{ directory: string; sha256: string }> {
  // Sources beside no package.json: Node finds out that they are modules, and need not say so.
  const quiet = '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON';
  const words = [
    ...node,
    quiet,
    `${sourceTarget}/program/main${sourceExtension}`,
    ...fixes.map((fix) => `--replica-fix=${fix}`),
  ];
  const script = `#!/bin/sh\n# ${label}\nexec ${shellCommand(words)} "$@"\n`;
  const sha256 = createHash('sha256').update(script).digest('hex');
  const directory = join(cache, 'replica', sha256.slice(0, 16));
  await mkdir(directory, { recursive: true });
  const staged = join(directory, `dockerd.${randomUUID()}`);
  await writeFile(staged, script, { mode: 0o755 });
  await rename(staged, join(directory, 'dockerd'));
  return { directory, sha256 };
}
