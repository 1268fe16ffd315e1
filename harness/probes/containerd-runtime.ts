import type { Metric } from '../evidence/series.ts';
import { granularities } from '../judge/granularity.ts';
import { readAsItIs, readGoRuntime } from './go-runtime.ts';
import type { Source } from './pprof.ts';
import { readOutput, type Probe, type Target } from './probe.ts';

/** The configuration that dockerd writes for the containerd that it starts, in the default --exec-root. */
const configuration = '/var/run/docker/containerd/containerd.toml';

/**
 * Prints the path of the debug socket without links, as some machines open it from outside; nothing where dockerd has written no configuration, or
 * one without such a socket.
 */
const script = `busybox test -f "$0" || exit 0
socket=$(busybox sed -n '/^\\[debug\\]/,/^\\[/s/^ *address = "\\(..*\\)"$/\\1/p' "$0")
busybox test -z "$socket" || busybox readlink -f "$socket"`;

const metrics: readonly Metric[] = [
  { metric: 'containerd-heap-alloc', unit: 'bytes', granularity: granularities.heapAlloc, optional: true },
  {
    metric: 'containerd-goroutines',
    unit: 'goroutines',
    granularity: granularities.runtimeGoroutines,
    optional: true,
  },
];

/**
 * Goroutines and the heap of containerd, from the pprof handlers of its debug socket. Optional: containerds before 1.0, and those that systemd
 * starts, may have none.
 */
export const containerdRuntime: Probe = {
  name: 'Go runtime of containerd',
  metrics,
  // The cost of a reading: two garbage collections of containerd, and a stack of each of its goroutines.
  read: ({ machine }) => readBy(readGoRuntime, machine),
};

/** As {@link containerdRuntime}, without a collection: the heap goes up and down as containerd itself collects. */
export const containerdRuntimeAsItIs: Probe = {
  name: 'Go runtime of containerd, as it is',
  metrics,
  // The cost of a reading: a stack of each of its goroutines.
  read: ({ machine }) => readBy(readAsItIs, machine),
};

/** @returns nothing where there is no debug socket */
async function readBy(
  read: (source: Source) => Promise<{ heapAlloc: number; goroutines: number }>,
  machine: Target['machine'],
): Promise<Record<string, number>> {
  const socket = await debugSocketOf(machine);
  if (socket === undefined) return {};
  const { heapAlloc, goroutines } = await read({ daemon: { connect: () => machine.connect(socket) }, machine });
  return { 'containerd-heap-alloc': heapAlloc, 'containerd-goroutines': goroutines };
}

async function debugSocketOf(machine: Target['machine']): Promise<string | undefined> {
  const command = ['busybox', 'sh', '-c', script, configuration];
  const [socket = ''] = (await readOutput({ machine }, "containerd's configuration", command)).split('\n');
  return socket === '' ? undefined : socket;
}
