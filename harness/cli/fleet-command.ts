import type { Command } from 'commander';
import type { Redis } from 'ioredis';
import { UsageError } from '../core/errors.ts';
import { connectFleet } from '../fleet/connect.ts';
import { readHosts, readSessions } from '../fleet/hosts.ts';
import { keys } from '../fleet/keys.ts';
import { readQueueLengths } from '../fleet/queue-lengths.ts';
import { showHosts, showSessions } from '../report/fleet/status.ts';
import { paintFor } from '../report/style.ts';
import { exitCodes } from '../run/exit-code.ts';
import { provenance } from '../run/provenance.ts';
import { didYouMean } from '../core/did-you-mean.ts';
import { fleetOption } from './fleet-option.ts';

interface Options {
  fleet: string;
}

/** How long a wish of the user's waits for the one that it is for (ms). */
const wishStays = 24 * 3600_000;

/** `lab fleet [hosts | status | drain HOST | cancel NIGHT]` */
export function addFleetCommand(lab: Command, setExitCode: (code: number) => void): void {
  const fleet = lab.command('fleet').description('look at a fleet of workers, drain a host, cancel a run');
  const add = (name: string, description: string, act: (redis: Redis, word: string) => Promise<number>) =>
    fleet
      .command(name, { isDefault: name === 'status' })
      .description(description)
      .addOption(fleetOption().makeOptionMandatory())
      .action(async (...words: unknown[]) => {
        const word = typeof words[0] === 'string' ? words[0] : '';
        const options = words.find((one): one is Options => typeof one === 'object' && one !== null && 'fleet' in one);
        const redis = await connectFleet(options?.fleet ?? '');
        try {
          setExitCode(await act(redis, word));
        } finally {
          redis.disconnect();
        }
      });
  add('hosts', 'the hosts: what each can run, and how it is', hosts);
  add('status', 'the runs and their queues, and the hosts', status);
  add('drain <host>', 'a host ends what it runs, takes no more, and its worker ends', drain);
  add('cancel <run>', 'end a run: every host stops its cells within 5 seconds', cancel);
}

async function hosts(redis: Redis): Promise<number> {
  process.stdout.write(showHosts(await readHosts(redis), await provenance(), paintFor(process.stdout)));
  return exitCodes.asExpected;
}

async function status(redis: Redis): Promise<number> {
  const sessions = await readSessions(redis);
  process.stdout.write(showSessions(sessions, await readQueueLengths(redis), paintFor(process.stdout)));
  return hosts(redis);
}

async function drain(redis: Redis, host: string): Promise<number> {
  const known = (await readHosts(redis)).map(({ name }) => name);
  if (!known.includes(host)) throw new UsageError(`The fleet has no host "${host}".${didYouMean(host, known)}`);
  await redis.set(keys.drain(host), '1', 'PX', wishStays);
  process.stdout.write(`${host} ends what it runs, and takes no more. Its worker ends then.\n`);
  return exitCodes.asExpected;
}

async function cancel(redis: Redis, run: string): Promise<number> {
  const known = (await readSessions(redis)).map(({ id }) => id);
  if (!known.includes(run)) throw new UsageError(`The fleet has no run "${run}".${didYouMean(run, known)}`);
  await redis.set(keys.cancel(run), '1', 'PX', wishStays);
  process.stdout.write(`${run} is being cancelled: its cells end within 5 seconds, and its night can be resumed.\n`);
  return exitCodes.asExpected;
}
