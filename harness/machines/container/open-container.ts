import { setTimeout as sleep } from 'node:timers/promises';
import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import { LabError, lastLines, messageOf } from '../../core/errors.ts';
import { Channel } from '../agent/channel.ts';
import type { Greeting } from '../agent/greeting.ts';
import { CellContainer, type CellPlan } from './cell-container.ts';
import { openVisitor } from './visitor.ts';
import { typedCommand } from '../../core/typed-command.ts';

/** Seconds for a container's agent to greet: 0.3 s were measured, and 2 s on a host that was six times too busy. */
const startLimit = 60;

/** Seconds for an engine to remove a container: 0.1 s were measured. */
const removeLimit = 60;

/** A container whose agent answers. */
export interface OpenContainer extends AsyncDisposable {
  id: string;
  channel: Channel;
  /** Of the agent that makes connections. */
  visitor: Channel;
  greeting: Greeting;
}

/**
 * Starts a container of a plan through testcontainers, and talks to its agent. Disposing it waits until container and volume
 * are gone.
 *
 * @throws {LabError} when the engine refuses it, or it does not come up
 */
export async function openContainer(plan: Omit<CellPlan, 'attached'>): Promise<OpenContainer> {
  const { docker } = plan;
  await using undo = new AsyncDisposableStack();
  let id = '';
  let said = () => '';
  const explain = (happened: string) => failed('talking to a container', happened, said());
  let greeted: Promise<Greeting> | undefined;
  let channel: Channel | undefined;
  const container = new CellContainer({
    ...plan,
    attached(createdId, attachment) {
      id = createdId;
      undo.defer(() => removeContainer(docker, createdId));
      said = () => attachment.said;
      channel = undo.use(new Channel({ lines: { serial: new PassThrough(), port: attachment }, explain }));
      const open = channel;
      attachment.on('close', () => open.fail('it has ended'));
      const late = setTimeout(() => open.fail(`its agent has not greeted within ${startLimit} s`), startLimit * 1000);
      greeted = channel.greeting.finally(() => clearTimeout(late));
      return greeted;
    },
  });
  try {
    await container.start();
    if (!channel || !greeted) throw new Error('testcontainers has made no container');
    const greeting = await greeted;
    const visitor = undo.use(await openVisitor(channel, explain));
    const all = undo.move();
    return { id, channel, visitor, greeting, [Symbol.asyncDispose]: () => all.disposeAsync() };
  } catch (error) {
    if (error instanceof LabError) throw error;
    // A container that ended before testcontainers looked at it has been removed: its channel knows why.
    if (statusOf(error) === 404) await greeted;
    throw failed('starting a container', messageOf(error), said(), error);
  }
}

function failed(doing: string, happened: string, said: string, cause?: unknown): LabError {
  return new LabError(
    {
      doing,
      expected: 'it runs, and the agent in it answers',
      happened,
      ...(said && { evidence: lastLines(said, 10) }),
      hint: `${typedCommand('lab', 'doctor')} says what the container engine can do`,
    },
    { cause },
  );
}

/** Status of an answer of the Engine API that dockerode threw. */
function statusOf(error: unknown): unknown {
  return error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
}

/** Removes a container with its volume, though the engine may be about to do so; it has gone when this resolves. */
export async function removeContainer(docker: Docker, id: string): Promise<void> {
  const container = docker.getContainer(id);
  const deadline = performance.now() + removeLimit * 1000;
  for (;;) {
    try {
      await container.remove({ force: true, v: true });
    } catch (error) {
      if (statusOf(error) === 404) return;
      // 409: it is being removed. A 500 of some versions says the same when the two meet.
      if (performance.now() > deadline) {
        throw new LabError(
          {
            doing: `removing the container ${id.slice(0, 12)}`,
            expected: `it is gone within ${removeLimit} s`,
            happened: messageOf(error),
            hint: 'docker rm --force --volumes removes it, and so does the next run on this machine',
          },
          { cause: error },
        );
      }
      await sleep(20);
    }
  }
}
