import { createInterface } from 'node:readline';
import Docker from 'dockerode';
import { messageOf } from '../../core/errors.ts';
import { order } from '../engine/protocol.ts';
import type { Report } from '../../evidence/client-report.ts';

/**
 * dockerode without an abort signal, as a program that speaks the engine's protocol: `dockerode.ts SOCKET`. Its calls have
 * no time-out of their own, and only the end of the process closes one.
 */
const [socketPath = ''] = process.argv.slice(2);
const docker = new Docker({ socketPath });
const counts = { sent: 0, open: 0, answered: 0, givenUp: 0, ended: 0, bytes: 0 };
const failures: Record<string, number> = {};

for await (const line of createInterface({ input: process.stdin })) {
  const told = order.parse(JSON.parse(line));
  const begin = performance.now();
  if (told.do === 'send') {
    for (let call = 0; call < told.calls; call++) void ask(told.containers[call % told.containers.length] ?? '');
  }
  const said: Report = {
    ...counts,
    failures,
    seconds: (performance.now() - begin) / 1000,
    rss: process.memoryUsage.rss(),
  };
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
process.exit(0);

async function ask(container: string): Promise<void> {
  counts.sent++;
  counts.open++;
  try {
    const answer = await docker.getContainer(container).stats({ stream: false });
    counts.answered++;
    counts.bytes += JSON.stringify(answer).length;
  } catch (error) {
    const name = messageOf(error);
    failures[name] = (failures[name] ?? 0) + 1;
  }
  counts.open--;
}
