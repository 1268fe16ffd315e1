import type { ServerResponse } from 'node:http';
import test from 'ava';
import { fakeDaemon } from '../../test/support/fake-daemon.ts';
import { fakeMachine } from '../../test/support/fake-machine.ts';
import { openEngine } from '../daemons/engine.ts';
import { openHealthChecks } from './health-checks.ts';

const died = (id: string, exitCode: string) =>
  `${JSON.stringify({ Action: 'exec_die', Actor: { ID: id, Attributes: { exitCode } } })}\n`;

/** A daemon whose container ends so many checks as lines are written into its pipe, each with the next of the exit codes. */
async function opened(t: Parameters<typeof fakeDaemon>[0], exitCodes: string[]) {
  const made: unknown[] = [];
  let events: ServerResponse | undefined;
  const connect = await fakeDaemon(t, (request, response) => {
    const url = request.url ?? '';
    if (url.startsWith('/events?')) {
      events = response.writeHead(200);
      response.flushHeaders();
    } else if (url.startsWith('/containers/create')) {
      request.on('data', (body: Buffer) => made.push(JSON.parse(body.toString())));
      request.on('end', () => response.writeHead(201).end(JSON.stringify({ Id: 'c1' })));
    } else response.end(JSON.stringify({ State: { Pid: 42 } }));
  });
  const machine = fakeMachine();
  const run: typeof machine.run = (command, options) => {
    const lines = /head -c (\d+) /.exec(command.join(' '))?.[1];
    for (let line = 0; line < Number(lines ?? 0); line++) {
      events?.write(died('another', '1') + died('c1', exitCodes.shift() ?? '0'));
    }
    return fakeMachine().run(command, options);
  };
  const daemon = { ...Object.create(null), connect, engine: openEngine(connect) };
  return { made, work: await openHealthChecks({ ...machine, run }, daemon) };
}

test('as many checks end as are asked for; those of other containers do not count', async (t) => {
  const { made, work } = await opened(t, []);
  await work.apply(3);
  await work.apply(2);
  const { seconds, ...tally } = work.tally();
  t.deepEqual(tally, { asked: 5, done: 5, failures: {} });
  t.true(seconds > 0);
  const [{ Healthcheck }] = JSON.parse(JSON.stringify(made));
  t.is(Healthcheck.Interval, 1_000_000, 'the shortest that dockerd takes');
  await work[Symbol.asyncDispose]();
});

test('a check that fails has ended, too', async (t) => {
  const { work } = await opened(t, ['0', '1', '137', '137']);
  await work.apply(4);
  const { seconds: _seconds, ...tally } = work.tally();
  t.deepEqual(tally, { asked: 4, done: 1, failures: { 'exit code 1': 1, 'exit code 137': 2 } });
  await work[Symbol.asyncDispose]();
});
