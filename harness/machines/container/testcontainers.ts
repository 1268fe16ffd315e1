import type Docker from 'dockerode';
import { getContainerRuntimeClient } from 'testcontainers';
import { messageOf } from '../../core/errors.ts';

/** Which engine this process uses. */
let pointedAt: string | undefined;

/**
 * Points testcontainers at an engine, and returns its client of the Engine API. The library reads its environment at the first
 * call and keeps what it found for the life of the process; there is no other way to tell it. So that is done here, once, and the
 * environment is put back: nothing else that this process does or starts is to see another engine.
 *
 * @param host as DOCKER_HOST is
 * @throws when the engine does not answer, or is another than before
 */
export async function pointTestcontainers(host: string): Promise<Docker> {
  pointedAt ??= host;
  if (pointedAt !== host)
    throw new Error(`testcontainers was pointed at ${pointedAt} before, and takes one engine a process`);
  const settings: Record<string, string> = {
    DOCKER_HOST: host,
    // Else it may look for the gateway of a bridge, to reach ports that nothing here publishes.
    TESTCONTAINERS_HOST_OVERRIDE: 'localhost',
  };
  const before = Object.keys(settings).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, settings);
  try {
    const { container } = await getContainerRuntimeClient().catch((error: unknown) => {
      throw new Error(`no engine answers there (testcontainers: ${messageOf(error)})`, { cause: error });
    });
    if (!isAt(container.dockerode, host))
      throw new Error('testcontainers has found another engine, as this one did not answer it');
    return container.dockerode;
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/** Where one does not answer, the library goes on to the usual places, and to what its own settings file says. */
function isAt(docker: Docker, host: string): boolean {
  const { hostname, pathname } = new URL(host);
  const found: unknown = docker.modem;
  if (typeof found !== 'object' || found === null) return false;
  return hostname === ''
    ? 'socketPath' in found && found.socketPath === pathname
    : 'host' in found && found.host === hostname;
}
