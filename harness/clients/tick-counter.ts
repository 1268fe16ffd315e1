import { EventEmitter, once } from 'node:events';
import type { Duplex } from 'node:stream';
import { get } from '../daemons/engine.ts';
import { LabError, messageOf } from '../core/errors.ts';

/** Counts the ticks of a daemon's collector by the frames of one healthy container's stats stream: those that we could follow. */
export interface TickCounter extends Disposable {
  readonly ticks: number;
  /** Resolves when the collector has ticked that often since the stream began. */
  reached(ticks: number): Promise<void>;
}

/**
 * Seconds without a frame after which the collector counts as stuck. It ticks once a second in every docker; with
 * six cells on two cores frames were up to 4 s apart.
 */
const silenceLimit = 60;

/**
 * Streams the stats of a container whose network namespace is in order: the collector goes through all containers
 * with subscribers in one round, so a frame of this one is a tick for all. It makes "hangs" a statement about the
 * daemon's own clock instead of ours.
 */
export async function countTicks(connect: () => Duplex, container: string): Promise<TickCounter> {
  const doing = `counting the collector's ticks on the control container ${container.slice(0, 12)}`;
  const closing = new AbortController();
  const changes = new EventEmitter().setMaxListeners(0);
  let ticks = 0;
  let failure: LabError | undefined;
  let closed = false;
  const fail = (happened: string) => {
    if (closed) return;
    failure ??= new LabError({
      doing,
      expected: 'one frame a second on a stream of a healthy container',
      happened,
      hint: 'the daemon log in the run directory shows what the collector does',
    });
    clearTimeout(silence);
    changes.emit('change');
    closing.abort();
  };
  const awaitFrame = () =>
    setTimeout(() => fail(`${silenceLimit} s without a frame, after ${ticks} of them`), silenceLimit * 1000);
  let silence: NodeJS.Timeout | undefined = awaitFrame();
  const response = await get(connect, `/containers/${container}/stats?stream=1`, closing.signal).catch(
    (error: unknown) => {
      clearTimeout(silence);
      throw failure ?? error;
    },
  );
  if (response.statusCode !== 200) fail(`status ${response.statusCode}`);
  let counted = false;
  response.on('data', (chunk: Buffer) => {
    // What was read before the stream was closed still comes, and must not keep this process alive for another minute.
    if (closed || failure) return;
    // Every docker ends a frame with a newline, and has none inside. Those that come in one turn of our event loop are one tick: a harness
    // that a busy host has held up for seconds finds them together, and with them, still unread, the answers that it waits for. Stats
    // calls that were answered were called hanging for it (3 of 13 cells of remedies at load 17).
    if (!counted && chunk.includes(10)) {
      ticks += 1;
      counted = true;
      setImmediate(() => (counted = false));
    }
    clearTimeout(silence);
    silence = awaitFrame();
    changes.emit('change');
  });
  response.on('error', (error) => fail(messageOf(error)));
  response.on('end', () => fail(`the stream ended after ${ticks} frames, status ${response.statusCode}`));
  return {
    get ticks() {
      return ticks;
    },
    async reached(wanted) {
      while (ticks < wanted) {
        if (failure) throw failure;
        if (closed) throw new Error(`${doing}: it was closed after ${ticks} of ${wanted} ticks`);
        await once(changes, 'change');
      }
    },
    [Symbol.dispose]() {
      closed = true;
      clearTimeout(silence);
      closing.abort();
      changes.emit('change');
    },
  };
}
