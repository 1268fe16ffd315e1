import { waitFor } from '../../harness/dosing/wait-for.ts';
import { limitOn } from '../../harness/machine/limit-on.ts';
import { readOutput, type Target } from '../../harness/probes/probe.ts';

/**
 * Seconds, on a host, for a dockerd that replaces a stopped containerd to have done so: it came 10 s after the stop on
 * 1.13.1 to 17.09.0, with doses on two busy cores.
 */
const replacementLimit = 60;

/** A containerd that is stopped, and with it the collector, which asks it for every container's numbers. */
export interface Stall {
  /** Whether the stopped process has ended: dockerd has killed it, and starts another. */
  hasEnded(): Promise<boolean>;
  /** Waits for that; resolves with whether it came. */
  awaitEnd(): Promise<boolean>;
  /** Lets containerd go on; a no-op when it is gone. */
  release(): Promise<void>;
}

/** Stops the daemon's own containerd. */
export async function stallContainerd(target: Target): Promise<Stall> {
  const { machine } = target;
  const find = ['busybox', 'pidof', 'docker-containerd', 'containerd'];
  // A box may run one of its own beside the daemon's.
  const pids = (await readOutput(target, 'the pids of containerd', find)).trim().split(' ');
  const signal = (name: string) => ['busybox', 'kill', `-${name}`, ...pids];
  await readOutput(target, 'SIGSTOP to containerd', signal('STOP'));
  let ended = false;
  // kill(1) fails when one of them is gone.
  const hasEnded = async () => (ended ||= (await machine.run(signal('0'))).exitCode !== 0);
  const limit = limitOn(machine, replacementLimit);
  return {
    hasEnded,
    awaitEnd: () =>
      waitFor('waiting for dockerd to replace its containerd', 'another containerd', hasEnded, Boolean, limit).then(
        () => true,
        () => false,
      ),
    release: async () => {
      await machine.run(signal('CONT'));
    },
  };
}
