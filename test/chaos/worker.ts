import { mkdir, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { connectFleet } from '../../harness/fleet/connect.ts';
import { inChild } from '../../harness/fleet/worker/run-child.ts';
import { work } from '../../harness/fleet/worker/worker.ts';
import { fakeHost } from '../support/fake-machine.ts';
import { testLab } from '../support/fleet.ts';
import { moodyRegistries } from '../support/fleet-fakes.ts';
import { chaosTimes } from './times.ts';

/** A worker of fakes as a program: `NODE worker.ts URL NAME SCRATCH`. It waits for a name that a killed one still has. */
const [, , url = '', name = '', scratch = ''] = process.argv;
const stopping = new AbortController();
process.on('SIGTERM', () => stopping.abort());
const none = { daemons: [], kernels: [] };
await rm(scratch, { recursive: true, force: true });
await mkdir(scratch, { recursive: true });
const redis = await connectFleet(url);
for (;;) {
  try {
    await work({
      redis,
      name,
      lab: testLab,
      abilities: {
        cpus: 2,
        memoryBytes: 8 * 2 ** 30,
        machines: [{ kind: 'fake', missing: [], description: fakeHost }],
        cached: none,
      },
      cached: () => Promise.resolve(none),
      registries: moodyRegistries,
      runTry: inChild(path.resolve(import.meta.dirname, '../support/fleet-child.ts'), name, chaosTimes.cleanup),
      hasRoom: async () => {
        const { bavail, bsize } = await statfs(scratch);
        return bavail * bsize > 4 << 20;
      },
      sweep: () => Promise.resolve(),
      scratch,
      most: 3,
      times: chaosTimes,
      say: (line) => process.stdout.write(`${line}\n`),
      signal: stopping.signal,
    });
    break;
  } catch (error) {
    process.stdout.write(`${String(error)}\n`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
redis.disconnect();
