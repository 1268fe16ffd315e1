import { mkdirSync } from 'node:fs';
import { sandboxPath } from './connections.ts';
import { containerRoot, layerRoot } from './containers.ts';
import { hostnameOf } from './host-config.ts';
import type { Image } from './images.ts';
import { asString, asStrings } from './json.ts';
import { startProcess } from './process.ts';
import { defaultPath, findProgram } from './program-path.ts';
import { commandOf, type ContainerRecord } from './record.ts';

/** Files that take what a container's process writes. */
export function outputsOf({ id }: ContainerRecord): { stdout: string; stderr: string } {
  return { stdout: `${containerRoot(id)}/stdout.log`, stderr: `${containerRoot(id)}/stderr.log` };
}

/**
 * Starts a container's process.
 *
 * @param openNetwork makes its network, once it is known that there is something to start.
 * @returns the pid.
 */
export async function launch(record: ContainerRecord, image: Image, openNetwork: () => Promise<void>): Promise<number> {
  const root = layerRoot(record.id);
  const hostname = hostnameOf(record);
  const given = asStrings(record.config['Env']);
  const search = given.findLast((one) => one.startsWith('PATH='))?.slice('PATH='.length) ?? defaultPath;
  const [program = '', ...args] = commandOf(record);
  const command = [findProgram([`${root}/diff`, image.directory], program, search), ...args];
  mkdirSync(containerRoot(record.id), { recursive: true });
  await openNetwork();
  return startProcess({
    id: record.id,
    netns: sandboxPath(record),
    root,
    image: image.directory,
    hostname,
    workdir: asString(record.config['WorkingDir']) || '/',
    environment: [`PATH=${search}`, `HOSTNAME=${hostname}`, ...given],
    command,
    ...outputsOf(record),
  });
}
