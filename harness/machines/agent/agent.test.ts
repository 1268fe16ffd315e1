import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { quietly } from '../../fetch/cache.ts';
import { fetchStaticProgram } from '../../fetch/static-program.ts';
import { scratch } from '../../../test/support/scratch.ts';
import { messageOf } from '../../core/errors.ts';
import { socketsOf } from '../microvm/guest.ts';
import { guestInit } from './guest-init.ts';
import { Channel, type Silence } from './channel.ts';
import { readGuestFile, writeGuestFile } from './file.ts';
import { connectSocket, openTerminal } from './guest-stream.ts';
import { serialLimits } from './limits.ts';
import { runProgram, startProgram } from './program.ts';

const agent = await fetchStaticProgram(guestInit, quietly());

/** The agent of the guests as a process of this host, with the limits of a serial line. */
function startAgent(t: ExecutionContext, silence?: Silence) {
  const limits = ['3', `${serialLimits.frame}`, `${serialLimits.window}`];
  const child = spawn(agent, limits, { stdio: ['ignore', 'inherit', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [line] = socketsOf(child);
  if (!line) throw new Error('the agent has no line to the channel');
  const channel = new Channel({
    lines: { serial: line, port: new PassThrough() },
    explain: (happened) => new Error(happened),
    ...(silence && { silence }),
  });
  const closed = once(child, 'close').then(() => channel.fail(`the agent has ended: ${errors.trim()}`));
  const end = async () => {
    child.kill('SIGKILL');
    await closed;
    channel[Symbol.dispose]();
  };
  t.teardown(end);
  // For programs that must not outlive it, which nothing else would end here.
  const untilItEnds = ['sh', '-c', `while kill -0 ${child.pid}; do sleep 0.1; done`];
  return { channel, line, end, untilItEnds, child };
}

test('programs: output, input, exit code, signal', async (t) => {
  const { channel } = startAgent(t);
  t.is((await channel.greeting).device, '3');
  t.deepEqual(await runProgram(channel, ['sh', '-c', 'cat; echo wrong >&2; exit 3'], { input: 'grüße\n' }), {
    command: "sh -c 'cat; echo wrong >&2; exit 3'",
    stdout: 'grüße',
    stderr: 'wrong',
    timedOut: false,
    exitCode: 3,
  });
  t.is((await runProgram(channel, ['sh', '-c', 'kill -SEGV $$'])).signal, 'SIGSEGV');
  const missing = await runProgram(channel, ['/no/such/program']);
  t.is(missing.exitCode, 127);
  t.is(missing.stderr, '/no/such/program: No such file or directory');
  const variables = await runProgram(channel, ['env']);
  t.deepEqual(
    variables.stdout
      .split('\n')
      .map((line) => line.replace(/=.*/, ''))
      .sort(),
    ['HOME', 'LANG', 'PATH'],
  );
});

test('a program that takes too long is ended with all that it has started', async (t) => {
  const { channel } = startAgent(t);
  const ran = await runProgram(channel, ['sh', '-c', 'trap "" TERM; echo begun; sleep 600; true'], { timeout: 200 });
  t.true(ran.timedOut);
  t.is(ran.signal, 'SIGKILL');
  t.is(ran.stdout, 'begun');
});

test('input that is not read holds up neither its program nor others', async (t) => {
  const { channel } = startAgent(t);
  const much = 'x'.repeat(1 << 20);
  const [ignoring, counting] = await Promise.all([
    runProgram(channel, ['sh', '-c', 'exec <&-; sleep 0.1; echo done'], { input: much }),
    runProgram(channel, ['wc', '-c'], { input: much }),
  ]);
  t.is(ignoring.stdout, 'done');
  t.is(counting.stdout.trim(), `${1 << 20}`);
});

test('a bulk of output does not hold up a small request', async (t) => {
  const { channel } = startAgent(t);
  const order: string[] = [];
  const bulk = runProgram(channel, ['head', '-c', `${2 << 20}`, '/dev/zero']).then(({ stdout }) => {
    order.push('bulk');
    t.is(stdout.length, 2 << 20);
  });
  await runProgram(channel, ['true']).then(() => order.push('small'));
  await bulk;
  t.deepEqual(order, ['small', 'bulk']);
});

test('files of any bytes, both ways', async (t) => {
  const { channel } = startAgent(t);
  const file = path.join(scratch(t), 'file');
  const content = randomBytes(300_001);
  await writeGuestFile(channel, file, content);
  t.deepEqual(await readFile(file), content);
  t.deepEqual(await readGuestFile(channel, file), content);
  await writeGuestFile(channel, file, '');
  t.is((await readGuestFile(channel, file)).length, 0);
  t.regex((await readGuestFile(channel, '/proc/self/status')).toString(), /^Name:\s+init$/m);
  const error = await t.throwsAsync(readGuestFile(channel, `${file}.not`));
  t.is(messageOf(error), `ENOENT: no such file or directory, reading '${file}.not'`);
  t.like(error, { code: 'ENOENT' });
  await t.throwsAsync(writeGuestFile(channel, '/proc/version', 'x'), { code: 'EIO' });
});

test('a socket: both directions at once, and a half-close', async (t) => {
  const { channel } = startAgent(t);
  const socket = path.join(scratch(t), 'echo.sock');
  const server = createServer({ allowHalfOpen: true }, (peer) => peer.pipe(peer));
  t.teardown(() => server.close());
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const stream = connectSocket(channel, socket);
  await once(stream, 'connect');
  const content = randomBytes(700_000);
  stream.end(content);
  t.deepEqual(await buffer(stream), content);

  const refused = connectSocket(channel, `${socket}.not`);
  const [refusal]: unknown[] = await once(refused, 'error');
  t.is(messageOf(refusal), `ENOENT: no such file or directory, connecting to '${socket}.not'`);
  t.like(refusal, { code: 'ENOENT' });
});

test('a program that lives on, its log, and signals', async (t) => {
  const { channel } = startAgent(t);
  const log = path.join(scratch(t), 'log');
  await writeFile(log, 'before\n');
  const running = await startProgram(
    channel,
    ['sh', '-c', 'trap "echo told; exit 7" USR1; echo $$ >&2; while :; do sleep 0.05; done'],
    createWriteStream(log, { flags: 'a' }),
  );
  t.false(running.hasExited);
  while (!(await readFile(log, 'utf8')).includes(`${running.pid}\n`))
    await new Promise((resolve) => setTimeout(resolve, 5));
  await running.kill('SIGUSR1');
  t.deepEqual(await running.exited, { exitCode: 7 });
  t.true(running.hasExited);
  t.is(await readFile(log, 'utf8'), `before\n${running.pid}\ntold\n`);
});

test('a terminal', async (t) => {
  const { channel } = startAgent(t);
  const terminal = openTerminal(channel, ['sh', '-c', 'tty; read line; echo "got $line"']);
  terminal.write('word\n');
  const lines = (await buffer(terminal)).toString().split('\r\n');
  // The echo comes when the terminal gets the word, before or after the program's first line.
  t.is(lines.filter((line) => line === 'word').length, 1);
  t.true(lines.some((line) => /^\/dev\/pts\/\d+$/.test(line)));
  t.deepEqual(lines.slice(-2), ['got word', '']);
});

test('garbage before and between frames is passed over by both', async (t) => {
  const { channel, line } = startAgent(t);
  line.write('nonsense LAB! that is no frame\n');
  t.is((await runProgram(channel, ['echo', 'here'])).stdout, 'here');
  line.write(randomBytes(5000));
  t.is((await runProgram(channel, ['echo', 'there'])).stdout, 'there');
});

test('an agent that ends ends every call with one error, and later ones', async (t) => {
  const { channel, end, untilItEnds } = startAgent(t);
  await channel.greeting;
  const log = createWriteStream(path.join(scratch(t), 'log'));
  const living = await startProgram(channel, untilItEnds, log);
  const pending = runProgram(channel, untilItEnds);
  const stream = connectSocket(channel, '/no/such/socket');
  await once(stream, 'error');
  await end();
  const message = 'the agent has ended: ';
  await t.throwsAsync(pending, { message });
  t.deepEqual(await living.exited, { signal: 'SIGKILL' });
  await t.throwsAsync(runProgram(channel, ['true']), { message });
  await t.throwsAsync(readGuestFile(channel, '/etc/passwd'), { message });
});

test('a frame that was lost on the way to the guest ends it, and says so', async (t) => {
  const { channel, line } = startAgent(t);
  await channel.greeting;
  const write = line.write.bind(line);
  line.write = () => true;
  const lost = runProgram(channel, ['true']);
  line.write = write;
  const next = runProgram(channel, ['true']);
  const message = /^the agent has ended: agent: frame 0 was lost, frame \d came$/;
  await t.throwsAsync(lost, { message });
  await t.throwsAsync(next, { message });
});

test('a guest that has nothing to say for long is asked, and lives', async (t) => {
  const { channel } = startAgent(t, { ask: 500, giveUp: 10_000 });
  t.is((await runProgram(channel, ['sleep', '12'])).exitCode, 0);
});

test('a lab that was held up longer than it waits for a guest reads what the guest has said', async (t) => {
  const { channel } = startAgent(t, { ask: 50, giveUp: 500 });
  await channel.greeting;
  const ended = runProgram(channel, ['sleep', '2']);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
  t.is((await ended).exitCode, 0);
});

test('a guest that owes an answer and stays silent is given up', async (t) => {
  const { channel, child } = startAgent(t, { ask: 200, giveUp: 1000 });
  await channel.greeting;
  child.kill('SIGSTOP');
  await t.throwsAsync(runProgram(channel, ['true']), { message: 'the guest has said nothing for 1 s' });
});
