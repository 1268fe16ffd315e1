import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { Duplex, PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BootFailedError, LabError, lastLines } from '../../core/errors.ts';
import { shellCommand } from '../../core/shell-command.ts';
import { dieWithUs, killGroup } from '../../fetch/programs/program.ts';
import { Channel } from '../agent/channel.ts';
import type { Greeting } from '../agent/greeting.ts';
import { portLimits } from '../agent/limits.ts';

/** Where a box has the lab's own files. */
export const labDirectory = '/opt/lab';

/** The slice of systemd that has all that a cell starts. */
export const labSlice = 'lab.slice';

/** Seconds for the agent to greet: 6 s were measured on an emulated CPU. */
const greetingLimit = 300;

/** Seconds for a script of the lab in a box. */
const scriptLimit = 600;

/** Bytes of what ssh says that are kept. */
const mostSaid = 4096;

/** The ssh command for a box as root: the arguments before a command, which is one argument for the box's shell. */
export interface Door {
  box: string;
  words: readonly string[];
}

/**
 * The door of a box, of what `vagrant ssh-config` says and nothing of the user's own configuration.
 *
 * @param before words that lead to where the box can be reached
 */
export function doorOf(box: string, sshConfig: string, before: readonly string[]): Door {
  const lines = sshConfig.split('\n').map((line) => line.trim());
  const options = lines
    .filter((line) => line !== '' && !line.startsWith('Host '))
    .map((line) => line.replace(' ', '='));
  const usual = ['BatchMode=yes', 'ConnectTimeout=60', 'ServerAliveInterval=15', 'ServerAliveCountMax=8'];
  const all = [...options, ...usual].flatMap((option) => ['-o', option]);
  return { box, words: [...before, 'ssh', '-F', '/dev/null', ...all, '-T', box] };
}

/** Runs a script as root in a box, with these arguments. @throws {LabError} with its last lines when it fails */
export async function runScript(door: Door, doing: string, script: string, words: readonly string[]): Promise<string> {
  return await intoBox(door, doing, ['sh', '-s', '--', ...words], Readable.from([script]));
}

/** Unpacks an archive in a directory of a box. @throws {LabError} */
export async function unpack(
  door: Door,
  doing: string,
  archive: AsyncIterable<Buffer>,
  directory: string,
): Promise<void> {
  const script = 'mkdir -p "$0" && exec tar -x -o -f - -C "$0"';
  await intoBox(door, doing, ['sh', '-c', script, directory], Readable.from(archive));
}

async function intoBox(door: Door, doing: string, command: readonly string[], input: Readable): Promise<string> {
  const child = startSsh(door, command);
  const limit = setTimeout(() => killGroup(child.pid), scriptLimit * 1000);
  let stdout = '';
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-mostSaid)));
  // One that ends before it has read all says why.
  const fed = pipeline(input, child.stdin).catch((error: unknown) => error);
  const closed = once(child, 'close');
  const [failure] = await Promise.all([fed, closed]);
  clearTimeout(limit);
  if (child.exitCode === 0) return stdout;
  throw new LabError(
    {
      doing: `${doing} in the box ${door.box}`,
      expected: 'it succeeds',
      happened: child.exitCode === null ? `not done within ${scriptLimit} s` : `exit code ${child.exitCode}`,
      evidence: lastLines(`${stdout}\n${said}`.trim(), 10),
      hint: lookInside(door.box),
    },
    { cause: failure },
  );
}

const lookInside = (box: string) => `look into it: vagrant ssh ${box}`;

/** Starts ssh, with a command that root runs in the box or with none. */
function startSsh({ words }: Door, command?: readonly string[]) {
  const asRoot = command ? [shellCommand(['sudo', '-n', ...command])] : [];
  const [program, ...rest] = [...dieWithUs, ...words, ...asRoot];
  // In a group of its own, to be ended as a whole: nsenter, say, has ssh for a child.
  const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  child.stdin.on('error', () => {});
  return child;
}

/** A box whose agent answers. */
export interface Connection extends AsyncDisposable {
  channel: Channel;
  greeting: Greeting;
}

let agentsStarted = 0;

/**
 * Starts the lab's agent in a box, in the lab's slice of systemd, and talks to it over one ssh: a command then costs a round trip,
 * where `vagrant ssh` takes seconds. Disposing it ends the agent, but not what it has started.
 *
 * @throws {BootFailedError} when the agent does not answer; what is asked of it later fails with a {@link LabError} when it is lost
 */
export async function connect(door: Door): Promise<Connection> {
  const limits = [portLimits.frame, portLimits.window].map(String);
  const agent = [path.join(labDirectory, 'line'), path.join(labDirectory, 'init'), '3', ...limits];
  const unit = `--unit=lab-agent-${process.pid}-${++agentsStarted}`;
  const child = startSsh(door, ['systemd-run', '--scope', `--slice=${labSlice}`, unit, ...agent]);
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-mostSaid)));
  let greeted = false;
  const explain = (happened: string) => {
    const failure = {
      doing: `talking to the box ${door.box}`,
      expected: 'it runs, and the agent in it answers',
      happened,
      ...(said && { evidence: lastLines(said, 10) }),
      hint: lookInside(door.box),
    };
    // A box that is lost during a cell has booted.
    return greeted ? new LabError(failure) : new BootFailedError(failure);
  };
  const port = Duplex.from({ writable: child.stdin, readable: child.stdout });
  const channel = new Channel({ lines: { serial: new PassThrough(), port }, explain });
  const closed = once(child, 'close');
  void closed.then(() => channel.fail('ssh has ended'));
  const late = setTimeout(() => channel.fail(`no greeting within ${greetingLimit} s`), greetingLimit * 1000);
  const end = async () => {
    channel[Symbol.dispose]();
    killGroup(child.pid);
    await closed;
  };
  try {
    const greeting = await channel.greeting;
    greeted = true;
    return { channel, greeting, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  } finally {
    clearTimeout(late);
  }
}
