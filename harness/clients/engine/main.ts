import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { behaviour } from '../common/behaviour.ts';
import { Calls } from './calls.ts';
import { Schedule } from './schedule.ts';
import { order, type Order } from './protocol.ts';
import type { Report } from '../../evidence/client-report.ts';

/**
 * The engine as a process of its own, so that the daemon has a peer with a pid and a command to be found by:
 * `node main.ts SOCKET BEHAVIOUR`, orders in, reports out. It ends with its standard input, and with it all its calls.
 */
const [socketPath = '', behaviourJson = ''] = process.argv.slice(2);
const behaved = behaviour.parse(JSON.parse(behaviourJson));
const calls = new Calls(socketPath, behaved);
const schedule = new Schedule(calls, behaved);
const delay = monitorEventLoopDelay({ resolution: 1 });

/** Milliseconds between two looks at what has come. */
const readInterval = 50;

setInterval(() => {
  calls.read();
  schedule.giveUp();
}, readInterval);
delay.enable();
for await (const line of createInterface({ input: process.stdin })) {
  const begin = performance.now();
  await obey(order.parse(JSON.parse(line)));
  const said: Report = {
    ...calls.counts,
    ...(schedule.rounds > 0 && { rounds: schedule.rounds }),
    seconds: (performance.now() - begin) / 1000,
    longestTurn: delay.max / 1e6,
    rss: process.memoryUsage.rss(),
  };
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
process.exit(0);

async function obey(told: Order): Promise<void> {
  switch (told.do) {
    case 'send':
      return calls.send(told.calls, told.containers);
    case 'give-up':
      // A client that never gives up needs no order.
      if (behaved.givesUpAfter !== undefined) calls.giveUp();
      return;
    case 'begin':
      return schedule.begin(told.periods, told.containers);
    case 'close':
      return calls.closeAll();
    case 'report':
      return calls.read();
  }
}
