import { createConnection } from 'node:net';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { nodeProgram } from '../harness/clients/common/node-program.ts';
import { openEngine as openClient } from '../harness/daemons/engine.ts';
import type { BesideProgram } from '../harness/machine/beside.ts';
import type { ContainerMachine } from '../harness/machines/container/container-machine.ts';
import { startOwnEngine } from '../harness/machines/container/own-engine.ts';
import { missingCapabilities } from '../harness/machines/container/runtime.ts';
import { Workshop } from '../harness/machines/container/workshop.ts';
import { metInTime } from '../harness/machines/local/met-in-time.ts';
import { quietly } from '../harness/fetch/cache.ts';
import { fetchDockerBuild } from '../harness/fetch/docker-build.ts';
import { cli } from './support/cli.ts';
import { scratch } from './support/scratch.ts';
import { timeless } from './support/timeless.ts';
import { overTcp, readEngine } from './support/engine.ts';

const fetching = quietly();
const cell = ['scenario', 'netns-restore', '--machine', 'container', '--daemon', '20.10.24'];
const budget = { memoryBytes: 256 << 20, diskBytes: 16 << 20, seconds: 60 };

test.serial("in the lab's own engine: slave loses the namespaces, unset keeps them", async (t) => {
  const only = ['--only', 'mountFlags=slave,unset,liveRestore=on,starts=restarted'];
  const ran = await cli([...cell, ...only, '--out', scratch(t)], { DOCKERD_LEAK_LAB_ENGINE: 'own' });
  t.is(ran.exitCode, 0, ran.stdout + ran.stderr);
  const rows = timeless(ran.stdout).split('\n');
  t.true(
    rows.includes('slave reproduced netns lost 3/3 · stats: 3 zeroed · duplicate-ip ✔ as expected N s'),
    ran.stdout,
  );
  t.true(rows.includes('unset not present netns kept · stats: 3 values ✔ as expected N s'), ran.stdout);
  t.regex(ran.stdout, /^container \(the lab's own engine\) machine, kernel /m);
});

test.serial('in the engine of DOCKER_HOST, reached by TCP, which has nothing of it afterwards', async (t) => {
  await using engine = await startOwnEngine(fetching);
  const out = scratch(t);
  const only = ['--only', 'mountFlags=slave,liveRestore=on,starts=restarted'];
  const ran = await cli([...cell, ...only, '--out', out], { DOCKER_HOST: await overTcp(t, engine.socket) });
  t.is(ran.exitCode, 0, ran.stdout + ran.stderr);
  t.regex(ran.stdout, /^container \(docker 20\.10\.24\+dfsg1, Debian GNU\/Linux \(bookworm\)\) machine, kernel /m);
  const stored: { machine: { machine: string } } = JSON.parse(
    readFileSync(path.join(out, 'netns-restore/latest/run.json'), 'utf8'),
  );
  t.is(stored.machine.machine, 'container (docker 20.10.24+dfsg1, Debian GNU/Linux (bookworm))');
  t.deepEqual(await readEngine(openClient(() => createConnection(engine.socket))), []);
});

test.serial('an engine whose privileged containers may not mount is no failed cell', async (t) => {
  await using engine = await startOwnEngine(fetching, [...(await missingCapabilities()), 'CAP_SYS_ADMIN']);
  const ran = await cli(cell, { DOCKER_HOST: `unix://${engine.socket}` });
  t.is(
    ran.stderr,
    `The machine "container" cannot run here; missing: privileged containers (found: they do not start: it has ended; mount: permission denied (are you root?)).
What you can do: set DOCKER_HOST to an engine that runs as root and not in user namespaces, or take another machine with --machine.`,
  );
  t.is(ran.stdout, '');
  t.is(ran.exitCode, 3);
  t.deepEqual(await readEngine(openClient(() => createConnection(engine.socket))), []);
});

test('an engine that does not answer', async (t) => {
  const ran = await cli(cell, { DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  t.is(
    ran.stderr,
    `The machine "container" cannot run here; missing: container engine (found: unix:///nowhere/docker.sock: connect ENOENT /nowhere/docker.sock).
What you can do: start it, or set DOCKER_HOST to one that runs; with DOCKERD_LEAK_LAB_ENGINE=own the lab starts its own.`,
  );
  t.is(ran.exitCode, 3);
});

function echoServer(): Promise<BesideProgram> {
  return nodeProgram(path.join(import.meta.dirname, 'support/echo-server.ts'), (seen) => [seen('/run/lab/echo')]);
}

test.serial('a container is a machine', async (t) => {
  process.env['DOCKERD_LEAK_LAB_ENGINE'] = 'own';
  t.teardown(() => delete process.env['DOCKERD_LEAK_LAB_ENGINE']);
  await using workshop = await Workshop.open(fetching);
  const build = await fetchDockerBuild('20.10.24', fetching);
  const directory = scratch(t);
  const spec = { boot: { parameters: [] }, budget, directory, event: () => {} };
  {
    const beside = [await echoServer()];
    await using machine = await workshop.makeMachine(build, { ...spec, beside });
    t.is(machine.description.kernelCommandLine, readFileSync('/proc/cmdline', 'utf8').trim());
    const ran = await machine.run(['sh', '-c', 'cat; echo oops >&2; exit 7'], { input: 'said' });
    t.deepEqual(ran, {
      command: "sh -c 'cat; echo oops >&2; exit 7'",
      stdout: 'said',
      stderr: 'oops',
      exitCode: 7,
      timedOut: false,
    });
    t.is((await machine.run(['sleep', '60'], { timeout: 50 })).timedOut, true);
    await machine.writeFile('/run/lab/file', 'content');
    t.is((await machine.readFile('/run/lab/file')).toString(), 'content');
    await t.throwsAsync(machine.readFile('/no/file'), { code: 'ENOENT' });
    await startsAndConnects(t, machine, directory);
    t.is(await machine.memoryKills(), 0);
    await machine.run(['sh', '-c', 'head -c 10000000 /dev/zero >/var/lib/docker/ten-megabytes']);
    const left = await machine.diskLeft();
    t.true(left < 7 << 20 && left > 5 << 20, `${left}`);
    await machine.run(['sh', '-c', 'head -c 300000000 /dev/zero | tail -c 290000000 | wc -c']);
    t.true((await machine.memoryKills()) > 0);
    const mounts = (await machine.readFile('/proc/self/mountinfo')).toString();
    t.regex(mounts, / \/ \/ [^-]*shared:/, 'its root is shared, as that of a host');
  }
  // Images and the volume with what runs beside are the run's, and go with it.
  const left = await readEngine(workshop.engine.docker);
  t.deepEqual(
    left.map((line) => line.split(' ')[0]),
    ['volume', 'image'],
  );
});

async function startsAndConnects(t: ExecutionContext, machine: ContainerMachine, directory: string) {
  const log = path.join(directory, 'program.log');
  const program = await machine.start(['sh', '-c', 'echo one; echo two >&2; exec sleep 60'], { log });
  // Its pid is known before it has executed its program.
  const sleeps = async () => (await machine.readFile(`/proc/${program.pid}/comm`)).toString() === 'sleep\n';
  t.true(await metInTime(sleeps, () => program.hasExited, 10_000));
  await program.kill('SIGKILL');
  t.deepEqual(await program.exited, { signal: 'SIGKILL' });
  t.is(readFileSync(log, 'utf8'), 'one\ntwo\n');
  const server = await machine.startBeside(await echoServer());
  await once(server.stdout, 'data');
  const stream = machine.connect('/run/lab/echo');
  stream.end('half a connection');
  t.is(await text(stream), 'got half a connection');
  const signal = AbortSignal.timeout(10_000);
  const [error]: unknown[] = await once(machine.connect('/run/lab/nobody'), 'error', { signal });
  t.like(error, { code: 'ENOENT' });
}
