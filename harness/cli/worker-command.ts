import { mkdir, rm, statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { scenarios } from '../../scenarios/index.ts';
import { named } from '../core/did-you-mean.ts';
import { UsageError } from '../core/errors.ts';
import { ownProgram } from '../core/own-program.ts';
import { mostJobs } from '../core/settings.ts';
import { cacheDirectory } from '../fetch/cache.ts';
import { connectFleet } from '../fleet/connect.ts';
import { labWords } from '../fleet/keys.ts';
import { plainName } from '../fleet/records.ts';
import { usualTimes } from '../fleet/times.ts';
import { abilitiesOf, cachedIn } from '../fleet/worker/abilities.ts';
import { singCanary } from '../fleet/worker/canary.ts';
import { inChild } from '../fleet/worker/run-child.ts';
import { machineKinds } from '../machines/registry.ts';
import { exitCodes } from '../run/exit-code.ts';
import { provenance } from '../run/provenance.ts';
import { fleetOption } from './fleet-option.ts';
import { onInterrupt } from './interrupt.ts';
import { gather, jobsOption, positive } from './options.ts';

interface Options {
  fleet: string;
  name: string;
  jobs: number;
  canaryEvery: number;
  machine: string[];
}

/** Cells between two canaries: at two cells a minute, one in an hour or so. */
const usualCanary = 100;

/** Bytes that the disk of a host needs to take a cell: the budget of most cells is 512 MiB. */
const leastRoom = 2 ** 30;

/** `lab worker --fleet URL` */
export function addWorkerCommand(lab: Command, setExitCode: (code: number) => void): void {
  lab
    .command('worker')
    .description('run cells of a fleet on this host, until Ctrl-C or until it is drained')
    .addOption(fleetOption().makeOptionMandatory())
    .addOption(new Option('--name <name>', 'the name of this host in the fleet').default(ownName(), 'its host name'))
    .addOption(jobsOption('most cells side by side; cores and memory bound them, too').default(mostJobs))
    .option(
      '--machine <kind>',
      'a kind of machine that this host offers; all that can run here when left out',
      gather,
      [],
    )
    .option('--canary-every <n>', 'cells between two checks of the health of this host', positive(100_000), usualCanary)
    .action(async (options: Options) => setExitCode(await run(options)));
}

/** The name of the host, as far as a name of a fleet may have it. */
function ownName(): string {
  return (
    os
      .hostname()
      .replaceAll(/[^A-Za-z0-9._-]/g, '-')
      .slice(0, 63) || 'host'
  );
}

async function run({ fleet, name, jobs, canaryEvery, machine: wanted }: Options): Promise<number> {
  if (!plainName.safeParse(name).success)
    throw new UsageError(`--name requires letters, digits, '.', '_' and '-', at most 63, and got '${name}'.`);
  using interrupt = onInterrupt();
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const redis = await connectFleet(fleet);
  const scratch = path.join(cacheDirectory(), 'fleet', name);
  try {
    const { work } = await import('../fleet/worker/worker.ts');
    const lab = await provenance();
    const offered = wanted.length === 0 ? machineKinds : wanted.map((kind) => named('machine', kind, machineKinds));
    const abilities = await abilitiesOf(offered, cacheDirectory());
    const usable = machineKinds.filter(({ name: kind }) =>
      abilities.machines.some((machine) => machine.kind === kind && machine.description !== undefined),
    );
    const sweep = async () => {
      for (const kind of usable) await kind.sweep();
    };
    const runTry = inChild(ownProgram(import.meta.dirname, '../fleet/worker/child'), name, usualTimes.cleanup);
    await sweep();
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch, { recursive: true });
    say(
      `${name}: the lab ${labWords(lab)}, ${abilities.cpus} CPUs; machines: ${usable.map((kind) => kind.name).join(', ') || 'none'}`,
    );
    const end = await work({
      redis,
      name,
      lab: { version: lab.version, revision: lab.revision },
      abilities,
      cached: () => cachedIn(cacheDirectory()),
      registries: { scenarios, kinds: machineKinds },
      runTry,
      canary: {
        every: canaryEvery,
        async sing(host) {
          say('checking the health of this host: one planted leak, one clean run');
          const record = await singCanary({
            redis,
            host,
            scratch: path.join(scratch, 'canary'),
            runTry,
            signal: interrupt.signal,
          });
          for (const { check, good, found } of record.checks) say(`  ${good ? '✔' : '✘'} ${check}: ${found}`);
          return record;
        },
      },
      hasRoom: async () => {
        const { bavail, bsize } = await statfs(scratch);
        return bavail * bsize >= leastRoom;
      },
      sweep,
      scratch,
      most: jobs,
      times: usualTimes,
      say,
      signal: interrupt.signal,
    });
    say(endWords[end]);
    return interrupt.exitCode ?? (end === 'failed-canary' ? exitCodes.couldNotRun : exitCodes.asExpected);
  } finally {
    redis.disconnect();
    await rm(scratch, { recursive: true, force: true });
  }
}

const endWords = {
  stopped: 'stopped: what ran here is back in its queue',
  drained: 'drained: everything that ran here has ended',
  'failed-canary':
    'this host failed its canary: it takes no cells, and its results since the last good one run elsewhere',
} as const;
