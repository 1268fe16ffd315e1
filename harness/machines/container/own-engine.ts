import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Fetching } from '../../../vms/build.ts';
import { fetchDockerBuild } from '../../fetch/docker-build.ts';
import { startDockerd } from '../../daemons/dockerd.ts';
import { openLocalMachine } from '../local/local.ts';
import { ownOwner } from '../local/owner.ts';
import { missingCapabilities, runtimeWithout } from './runtime.ts';

/** The docker that is the engine, where the user has none. */
const engineBuild = '20.10.24';

/** The prefix of an own engine's names in the temporary directory; its owner follows. */
export const enginePrefix = 'dockerd-leak-lab-engine-';

/** An engine of the lab's. */
export interface OwnEngine extends AsyncDisposable {
  /** Path of its socket on this host. */
  socket: string;
  /** Where it is, as `docker --host` takes it in the shell to which `enterCommand` leads. */
  host: string;
  enterCommand: string;
}

/**
 * Starts a dockerd of the lab's in a local cell: in namespaces and a userland of its own, and gone with this process, however
 * that ends. All that its containers take counts as the cell's, so that one may have most of what is free.
 *
 * @param dropped capabilities that its privileged containers are to lack; by default those that are not available here
 */
export async function startOwnEngine(fetching: Fetching, dropped?: readonly string[]): Promise<OwnEngine> {
  await using onFailure = new AsyncDisposableStack();
  const build = await fetchDockerBuild(engineBuild, fetching);
  const most = Math.floor(os.freemem() * 0.8);
  // Time is its containers' to keep.
  const cell = onFailure.use(await openLocalMachine(build, { memoryBytes: most, diskBytes: most, seconds: Infinity }));
  const directory = await mkdtemp(path.join(os.tmpdir(), `${enginePrefix}${ownOwner()}-`));
  onFailure.defer(() => rm(directory, { recursive: true, force: true }));
  const runtime = '/run/lab/runtime';
  await cell.writeFile(runtime, runtimeWithout(dropped ?? (await missingCapabilities())));
  await cell.run(['busybox', 'chmod', '755', runtime]);
  await cell.run(['busybox', 'mkdir', '-p', '/etc/docker']);
  const settings = {
    runtimes: { lab: { path: runtime } },
    'default-runtime': 'lab',
    // Its containers have no network but their own.
    bridge: 'none',
    iptables: false,
  };
  await cell.writeFile('/etc/docker/daemon.json', JSON.stringify(settings));
  const log = path.join(directory, 'dockerd.log');
  const daemon = await startDockerd(cell, build, { systemd: '252', mountFlags: 'unset', liveRestore: false, log });
  const all = onFailure.move();
  return {
    socket: cell.root + daemon.socket,
    host: `unix://${daemon.socket}`,
    enterCommand: cell.enterCommand,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
