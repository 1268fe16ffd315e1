import type Docker from 'dockerode';
import { image, importImage } from '../../harness/daemons/containers.ts';
import { startInTurn } from '../../harness/daemons/start-turns.ts';
import type { Machine } from '../../harness/machine/contract.ts';
import type { ContainerState } from './factors.ts';

/** Milliseconds between two lines of a chatty container, and their bytes. */
const [pause, lineBytes] = [10, 4000];

/** The shell code of a container, or of an exec in it: a line first, as logs have no head before there is one. */
function script(state: ContainerState): string {
  if (state !== 'chatty') return 'echo ready; exec sleep 86400';
  return `line=$(busybox head -c ${lineBytes} /dev/zero | busybox tr '\\0' x); while :; do echo $line; busybox usleep ${pause}000; done`;
}

/** What runs in a container of that state; a shell that is killed by SIGKILL alone ends at once. */
function commandOf(state: ContainerState): string[] {
  return ['/bin/sh', '-c', script(state)];
}

/** The command of an exec in such a container: it prints nothing where the container is silent. */
export function execCommandOf(state: ContainerState): string[] {
  return state === 'chatty' ? commandOf(state) : ['/bin/sleep', '86400'];
}

/** The container that calls are about, in the state that a cell has. */
export interface SubjectContainer {
  id: string;
  /** Before the calls of a step. */
  ready(): Promise<void>;
  /** While they are held. */
  during(): Promise<void>;
  /** Ends it. */
  end(): Promise<void>;
}

/** Runs a container that is not restarted by the daemon, and brings it into a state. */
export async function runSubject(machine: Machine, engine: Docker, state: ContainerState): Promise<SubjectContainer> {
  await importImage(machine, engine);
  const container = await engine.createContainer({
    name: 'subject',
    Image: image,
    Cmd: commandOf(state),
    StopSignal: 'SIGKILL',
  });
  await startInTurn(machine, () => container.start());
  let runs = true;
  if (state === 'paused') await container.pause();
  return {
    id: container.id,
    async ready() {
      if (!runs) await startInTurn(machine, () => container.start());
      runs = true;
    },
    async during() {
      if (state === 'restarted') await container.restart({ t: 0 });
      if (state !== 'exits') return;
      await container.stop({ t: 0 });
      runs = false;
    },
    async end() {
      if (!runs) return;
      if (state === 'paused') await container.unpause();
      await container.stop({ t: 0 });
      runs = false;
    },
  };
}
