import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { redisIn, safeSettings } from '../../harness/fleet/local/redis.ts';
import { chaosCells } from './cells.ts';
import { faults, type Fault, type Victims } from './faults.ts';
import { home, insideNamespaces, makeHost, makeNetwork, mountEmpty } from '../support/fleet-network.ts';
import { randomOf } from './random.ts';
import { verify } from './verify.ts';

/**
 * `npm run chaos -- [--faults N] [--cells N] [--workers N] [--seed N] [--longest SECONDS] [--keep]`
 *
 * Random faults on a fleet of fakes: real Redis, real workers in network namespaces of their own, a real coordinator that is started again
 * when it was killed, as `matrix --resume` does. At the end nothing may be lost, nothing counted twice, and the night must be over. A
 * seed repeats the faults and their order; what they hit depends on the moment.
 */
const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '200' },
    cells: { type: 'string', default: '600' },
    workers: { type: 'string', default: '4' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    longest: { type: 'string', default: '10' },
    keep: { type: 'boolean', default: false },
    /** Set by the process outside: its directory. */
    inside: { type: 'string' },
  },
});

if (values.inside === undefined) {
  const made = await mkdtemp(path.join(tmpdir(), 'lab-chaos-'));
  const [unshare, ...flags] = insideNamespaces;
  const own = [process.execPath, ...process.argv.slice(1), '--seed', values.seed, '--inside', made];
  const child = spawn(unshare, [...flags, ...own], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill('SIGTERM'));
  const [code] = await once(child, 'exit');
  // Its mounts have gone with its namespaces.
  if (!values.keep) await rm(made, { recursive: true, force: true });
  process.exit(typeof code === 'number' ? code : 1);
}

const seed = Number(values.seed);
const [cells, longest] = [Number(values.cells), Number(values.longest)];
const directory = values.inside;
const place = (name: string) => path.join(directory, name);
process.on('SIGTERM', () => process.exit(143));
for (const name of ['redis', 'disk', 'logs']) await mkdir(place(name));
// What is full is no disk of the host.
await mountEmpty(place('disk'), 64);
await makeNetwork();

const say = (line: string) => process.stdout.write(`${line}\n`);
const begin = performance.now();
const elapsed = () => `${((performance.now() - begin) / 1000).toFixed(1).padStart(6)} s`;
const redis = await redisIn(place('redis'), safeSettings, home);
let isOver = false;

/** Keeps a program running until the chaos is over, or until it ends by itself with 0. */
function keepRunning(name: string, command: readonly string[], pause: number) {
  let child: ChildProcess | undefined;
  const ended = (async () => {
    for (;;) {
      const [program = '', ...words] = command;
      child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
      const log = createWriteStream(place(`logs/${name}.log`), { flags: 'a' });
      child.stdout?.pipe(log, { end: false });
      child.stderr?.pipe(log, { end: false });
      const [code, signal] = await once(child, 'exit');
      await appendFile(place(`logs/${name}.log`), `${elapsed()} ended: ${signal ?? code}\n`);
      if (code === 0 || isOver) return;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  })();
  const pid = () => (child?.exitCode === null && child.signalCode === null ? child.pid : undefined);
  return { name, pid, ended };
}

const node = (file: string, ...words: string[]) => [
  process.execPath,
  path.resolve(import.meta.dirname, file),
  ...words,
];
const workers = [];
for (let number = 1; number <= Number(values.workers); number++) {
  const host = await makeHost(number);
  const disk = place(`disk-${host.name}`);
  await mkdir(disk);
  await mountEmpty(disk, 32);
  const command = [...host.enter, ...node('worker.ts', redis.url, host.name, `${disk}/scratch`)];
  workers.push({ ...keepRunning(host.name, command, 500), cut: host.cut, mend: host.mend, disk });
}
const results = place('disk/results');
const coordinator = keepRunning('coordinator', node('coordinator.ts', redis.url, results, `${cells}`, `${seed}`), 200);
const victims: Victims = {
  redis: {
    name: 'redis',
    pid: redis.pid,
    async restart(signal) {
      await redis.end(signal);
      await redis.start();
    },
  },
  coordinator,
  workers,
  disk: place('disk'),
};

const random = randomOf(seed);
const made: Fault[] = [];
const kinds = Object.keys(faults);
say(`chaos with the seed ${seed}: ${values.faults} faults, ${cells} cells, ${workers.length} workers`);
const night = coordinator.ended.then(() => (isOver = true));
for (let number = 0; number < Number(values.faults) && !isOver;) {
  await new Promise((resolve) => setTimeout(resolve, random.between(100, 1500)));
  const kind = random.pick(kinds);
  const fault = await faults[kind]?.(victims, random, longest);
  if (!fault) continue;
  number++;
  made.push(fault);
  say(`${elapsed()}  ${fault.fault} ${fault.target}${fault.seconds === undefined ? '' : ` for ${fault.seconds} s`}`);
}
say(`${elapsed()}  ${made.length} faults were made; waiting for the end of the night`);
await night;
for (const { pid } of workers) {
  const worker = pid();
  if (worker !== undefined) process.kill(worker, 'SIGTERM');
}
await Promise.all(workers.map(({ ended }) => ended));
await redis.end('SIGKILL');
const { wrong, events, verdicts, givenUp, runs } = await verify(results, chaosCells(cells, seed), made);
for (const [code, count] of [...events].toSorted(([a], [b]) => a.localeCompare(b))) say(`  ${code}: ${count}`);
for (const line of wrong) say(`✘ ${line}`);
say(
  `${made.length} faults, ${cells} cells, ${verdicts} verdicts in ${runs} runs, ${givenUp} given up, ${wrong.length} wrong, ${elapsed().trim()}`,
);
process.exit(wrong.length === 0 && made.length > 0 ? 0 : 1);
