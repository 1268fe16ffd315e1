import { messageOf } from '../../core/errors.ts';
import { tryHere, type Registries } from './try-here.ts';

/**
 * The program of a child: `NODE child.ts DIRECTORY HOST`. It ends what it runs when it gets SIGTERM, and when its worker is gone, however
 * that went.
 */
export async function runAsChild(registries: Registries): Promise<void> {
  const [, , directory = '', host = ''] = process.argv;
  const controller = new AbortController();
  const end = () => controller.abort(new Error('the worker ended this cell'));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
  process.on('disconnect', end);
  try {
    await tryHere(directory, host, registries, {
      signal: controller.signal,
      doing: (doing) => {
        if (process.connected) process.send?.({ doing }, () => {});
      },
    });
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  } finally {
    process.removeListener('disconnect', end);
    if (process.connected) process.disconnect();
  }
}
