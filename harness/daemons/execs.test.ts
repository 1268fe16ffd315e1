import test from 'ava';
import { fakeDaemon } from '../../test/support/fake-daemon.ts';
import { openEngine } from './engine.ts';
import { holdExec, runExec } from './execs.ts';

/** The answers to the start of an exec, and to the question how it ended. */
interface Answers {
  start: { status: number; body: string };
  inspected?: object;
}

async function container(t: Parameters<typeof fakeDaemon>[0], { start, inspected = {} }: Answers) {
  const asked: string[] = [];
  const connect = await fakeDaemon(t, ({ method = '', url = '' }, response) => {
    asked.push(`${method} ${url}`);
    if (url === '/containers/c1/exec') response.writeHead(201).end(JSON.stringify({ Id: 'e1' }));
    else if (url === '/exec/e1/start') response.writeHead(start.status).end(start.body);
    else response.end(JSON.stringify(inspected));
  });
  return { asked, container: openEngine(connect).getContainer('c1') };
}

const command = ['/bin/true'];
const started = { status: 200, body: 'output' };

test('an exec is created, started and asked for its end', async (t) => {
  const seen = await container(t, { start: started, inspected: { Running: false, ExitCode: 3 } });
  t.deepEqual(await runExec(seen.container, command), { exitCode: 3 });
  t.deepEqual(seen.asked, ['POST /containers/c1/exec', 'POST /exec/e1/start', 'GET /exec/e1/json']);
});

test('an exec that runs on after its output, and one that is refused, have no exit code', async (t) => {
  const runs = await container(t, { start: started, inspected: { Running: true, ExitCode: null } });
  t.deepEqual(await runExec(runs.container, command), { failure: 'running' });
  const refused = await container(t, { start: { status: 409, body: '{"message":"container is paused"}' } });
  t.deepEqual(await runExec(refused.container, command), { failure: 'status 409' });
});

test('a daemon that is gone is an error, and no exec that failed', async (t) => {
  const connect = await fakeDaemon(t, ({ socket }) => socket.destroy());
  await t.throwsAsync(runExec(openEngine(connect).getContainer('c1'), command), { code: 'ECONNRESET' });
});

test('a held exec keeps its connection until it is closed', async (t) => {
  const closed = Promise.withResolvers<void>();
  const connect = await fakeDaemon(t, ({ url = '' }, response) => {
    if (url === '/containers/c1/exec') return response.writeHead(201).end(JSON.stringify({ Id: 'e1' }));
    response.on('close', () => closed.resolve());
    return response.writeHead(200).flushHeaders();
  });
  const held = await holdExec(openEngine(connect).getContainer('c1'), command);
  held.close();
  await t.notThrowsAsync(closed.promise);
});

test('an exec that does not end within the time limit is an error that says so', async (t) => {
  const connect = await fakeDaemon(t, () => {});
  const error = await t.throwsAsync(runExec(openEngine(connect).getContainer('c1'), command, 1 / 300_000));
  t.is(
    error?.message,
    'running /bin/true in a container by docker exec: it did not end, or dockerd did not say so\n  expected: it ends within 0.001 s\n' +
      "  what you can do: the daemon's log, in the directory of the cell, may say why; on a busy host, run fewer cells side by side with --jobs",
  );
});
