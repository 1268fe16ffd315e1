import { messageOf } from './api-error.ts';
import type { Containers } from './containers.ts';
import { afterReload } from './host-config.ts';
import type { LifeCycle } from './life-cycle.ts';
import type { Log } from './log.ts';
import { isRunning, restartsByItself } from './record.ts';
import type { Supervisor } from './supervisor.ts';

/** Seconds that containers are given when they are stopped by the daemon and not by a client. */
const stopSeconds = 10;

/** The parts of a daemon that take over running containers or end them. */
export interface HandOverParts {
  containers: Containers;
  supervisor: Supervisor;
  lifeCycle: LifeCycle;
  log: Log;
}

/** Without live-restore: ends the containers that a killed daemon has left running. */
export async function endLeftOver({ containers, supervisor }: HandOverParts): Promise<void> {
  const ending = containers
    .all()
    .filter(isRunning)
    .map(async (record) => {
      supervisor.watch(record);
      await supervisor.stop(record, stopSeconds);
    });
  await Promise.all(ending);
}

/** Takes over what an earlier daemon left running, and starts again what it had to stop. */
export async function takeOver({ containers, supervisor, lifeCycle, log }: HandOverParts): Promise<void> {
  for (const record of containers.all()) {
    record.hostConfig = afterReload(record.hostConfig);
    if (isRunning(record)) {
      supervisor.watch(record);
    } else if (restartsByItself(record)) {
      await lifeCycle.start(record).catch((error: unknown) => {
        log.error(`Failed to start container ${record.id}: ${messageOf(error)}`);
      });
    }
  }
}

/** Stops all containers, which the next daemon may start again. */
export async function stopAll({ containers, supervisor, log }: HandOverParts): Promise<void> {
  log.debug('start clean shutdown of all containers with a 15 seconds timeout...');
  const stopping = containers
    .all()
    .filter(isRunning)
    .map(async (record) => {
      log.debug(`stopping ${record.id}`);
      await supervisor.stop(record, stopSeconds);
      log.debug(`container stopped ${record.id}`);
    });
  await Promise.all(stopping);
}
