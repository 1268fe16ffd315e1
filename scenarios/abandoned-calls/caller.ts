import http from 'node:http';
import { json } from 'node:stream/consumers';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { z } from 'zod';
import { order, type Order } from '../../harness/clients/engine/protocol.ts';
import type { Report } from '../../harness/evidence/client-report.ts';
import { AbandoningCalls } from './abandoning.ts';
import { endpointNames } from './endpoints.ts';
import { leavingNames } from './leavings.ts';
import type { Subject } from './requests.ts';
import { startStalledRegistry } from './stalled-registry.ts';

/**
 * A client beside a daemon that makes calls to one endpoint and leaves them in one way: `node caller.ts SOCKET ENDPOINT LEAVING COMMAND`, orders
 * of the engine's protocol in, reports out. COMMAND is what each exec runs, as JSON. It ends with its standard input, and with it all its calls.
 */
const [socketPath = '', endpointWord, leavingWord, commandJson = ''] = process.argv.slice(2);
const endpoint = z.enum(endpointNames).parse(endpointWord);
const leaving = z.enum(leavingNames).parse(leavingWord);
const command = z.array(z.string()).parse(JSON.parse(commandJson));
/** The answer to the creation of an exec. */
const created = z.object({ Id: z.string() });

const registry = endpoint === 'pull' ? await startStalledRegistry() : undefined;
const calls = new AbandoningCalls(socketPath, endpoint, leaving, registry);

for await (const line of createInterface({ input: process.stdin })) {
  const begin = performance.now();
  await obey(order.parse(JSON.parse(line)));
  const said: Report = {
    ...calls.counts,
    seconds: (performance.now() - begin) / 1000,
    rss: process.memoryUsage.rss(),
  };
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
process.exit(0);

async function obey(told: Order): Promise<void> {
  switch (told.do) {
    case 'send':
      return calls.send(await subjectsOf(told.containers[0] ?? '', told.calls));
    case 'give-up':
      return calls.leave();
    case 'close':
      return calls.close();
    case 'report':
      return;
    case 'begin':
      throw new RangeError('a client that walks away from its calls keeps no schedule');
  }
}

async function subjectsOf(container: string, count: number): Promise<Subject[]> {
  const subjects: Subject[] = [];
  for (let index = 0; index < count; index++) {
    subjects.push({
      container,
      number: calls.counts.sent + index,
      ...(registry && { registry: registry.port }),
      ...(endpoint === 'exec-start' && { exec: await createExec(container) }),
    });
  }
  return subjects;
}

/** Creates an exec that is started later; its own connection ends with the answer. */
async function createExec(container: string): Promise<string> {
  const request = http.request({
    socketPath,
    method: 'POST',
    path: `/containers/${container}/exec`,
    headers: { 'Content-Type': 'application/json', Connection: 'close' },
  });
  request.end(JSON.stringify({ AttachStdout: true, AttachStderr: true, Cmd: command }));
  const [response]: unknown[] = await once(request, 'response');
  if (!(response instanceof http.IncomingMessage)) throw new TypeError('the creation of an exec has no response');
  return created.parse(await json(response)).Id;
}
