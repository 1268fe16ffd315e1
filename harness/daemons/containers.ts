import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { answerTo, type Answer } from './answer.ts';
import { LabError } from '../core/errors.ts';
import type { Machine } from '../machine/contract.ts';
import { limitOn } from '../machine/limit-on.ts';
import { poll } from '../machine/poll.ts';
import { startInTurn } from './start-turns.ts';

/** Name of the image that {@link importImage} makes. */
export const image = 'dockerd-leak-lab/busybox';

/** A container that the lab runs. */
export interface Container {
  name: string;
  id: string;
}

/** A running container's facts, read from the daemon's records and from its own network namespace. */
export interface ContainerFacts {
  name: string;
  running: boolean;
  /** Process id in the machine; 0 when it doesn't run. */
  pid: number;
  /** Path of its network namespace as the daemon gives it; empty when the daemon forgot it. */
  netnsPath: string;
  /** The IPv4 address that the daemon gives; empty when it forgot it. */
  recordedAddress: string;
  /** The IPv4 address that its interface really has; empty when it has none. */
  address: string;
  /** Whether one ping to its default gateway comes back within 3 s. */
  reachesGateway: boolean;
}

/** Advice for a daemon that did not do what was requested. */
const seeLog = "the daemon's log, in the directory of the cell, may say why";

/**
 * The archive of {@link importImage} by the SHA-256 of the busybox in it. Cells have few different ones, and an archive of 2 MB for each
 * cell stayed until the next collection of garbage (9 MB of external memory in the main job).
 */
const archives = new Map<string, Promise<Buffer>>();

/** Makes an image of the userland's busybox and nothing else, without any registry. */
export async function importImage(machine: Machine, engine: Docker, repo = image): Promise<void> {
  const answer = await engine.importImage(Readable.from([await busyboxArchive(machine)]), { repo });
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  // The daemon answers 200 and says in the stream what went wrong.
  if (/"errorDetail"/.test(text) || !/sha256:/.test(text)) {
    throw new LabError({
      doing: 'importing a busybox image',
      expected: 'an image id',
      happened: text.trim(),
      hint: seeLog,
    });
  }
}

/** @throws {LabError} when the machine cannot make it */
async function busyboxArchive(machine: Machine): Promise<Buffer> {
  const digest = (
    await runForImage(machine, ['busybox', 'sha256sum', '/proc/self/exe'], 'the digest of busybox')
  ).slice(0, 64);
  // The machine that makes one for all may end early.
  const made = await archives.get(digest)?.catch(() => undefined);
  if (made) return made;
  const making = makeArchive(machine);
  archives.set(digest, making);
  return making;
}

async function makeArchive(machine: Machine): Promise<Buffer> {
  const archive = '/tmp/image.tar';
  const script = `
    busybox mkdir -p /tmp/image/bin /tmp/image/tmp /tmp/image/etc
    busybox cp /proc/self/exe /tmp/image/bin/busybox
    for applet in sh sleep ping ip cat true wget; do busybox ln -sf busybox /tmp/image/bin/$applet; done
    busybox tar -C /tmp/image -cf ${archive} . && busybox rm -r /tmp/image`;
  await runForImage(machine, ['busybox', 'sh', '-ec', script], 'a tar archive');
  return machine.readFile(archive);
}

async function runForImage(machine: Machine, command: readonly string[], expected: string): Promise<string> {
  const ran = await machine.run(command);
  if (ran.exitCode === 0) return ran.stdout;
  throw new LabError({
    doing: 'making a busybox image',
    expected,
    happened: `exit code ${ran.exitCode}`,
    evidence: ran.stderr,
    hint: 'the machine may have no space left in /tmp: give it more, or run fewer cells side by side with --jobs',
  });
}

/** The settings of a container that differ from those of a plain one. */
export interface ContainerSettings {
  /** Name of its image; {@link image} when it is left out. */
  image?: string | undefined;
  /** Name of its network; the default bridge when it is left out. */
  network?: string;
  /** Further lines of /etc/hosts, as `--add-host` takes them. */
  extraHosts?: readonly string[];
}

/**
 * Creates a container as an agent's host has them: restarted by the daemon, and stopped at once (busybox's sleep
 * ignores SIGTERM as PID 1, and ten seconds of waiting for it would show nothing).
 */
export async function createContainer(
  engine: Docker,
  name: string,
  { image: from = image, network, extraHosts }: ContainerSettings = {},
): Promise<Container> {
  const { id } = await engine.createContainer({
    name,
    Image: from,
    Cmd: ['/bin/sleep', '86400'],
    StopSignal: 'SIGKILL',
    HostConfig: {
      RestartPolicy: { Name: 'always' },
      ...(network !== undefined && { NetworkMode: network }),
      ...(extraHosts && { ExtraHosts: [...extraHosts] }),
    },
  });
  return { name, id };
}

/** Creates and starts a container; see {@link createContainer}. */
export async function runContainer(
  machine: Machine,
  engine: Docker,
  name: string,
  settings?: ContainerSettings,
): Promise<Container> {
  const container = await createContainer(engine, name, settings);
  await startInTurn(machine, () => engine.getContainer(container.id).start());
  return container;
}

/** Starts a container that exists; a refusal of the daemon is an answer. */
export function tryStart(machine: Machine, engine: Docker, { id }: Container): Promise<Answer> {
  return answerTo(() => startInTurn(machine, () => engine.getContainer(id).start()));
}

/** Restarts a container, as `docker restart` does, without a time to end; a refusal of the daemon is an answer. */
export function tryRestart(machine: Machine, engine: Docker, { id }: Container): Promise<Answer> {
  return answerTo(() => startInTurn(machine, () => engine.getContainer(id).restart({ t: 0 })));
}

/** Containers that are made at once: with a million requests at a time this process would not hear a signal for a quarter of a minute. */
const mostAtOnce = 8;

/** Imports the image and runs `c1`, `c2` and so on, as many at once as make sense. */
export async function runContainers(
  machine: Machine,
  engine: Docker,
  count: number,
  settings?: ContainerSettings,
): Promise<Container[]> {
  await importImage(machine, engine);
  return makeContainers(count, (name) => runContainer(machine, engine, name, settings));
}

/** Imports the image and creates `c1`, `c2` and so on, without starting them. */
export async function createContainers(
  machine: Machine,
  engine: Docker,
  count: number,
  settings?: ContainerSettings,
): Promise<Container[]> {
  await importImage(machine, engine);
  return makeContainers(count, (name) => createContainer(engine, name, settings));
}

async function makeContainers(count: number, make: (name: string) => Promise<Container>): Promise<Container[]> {
  const made: Container[] = [];
  let next = 0;
  let failed = false;
  const work = async () => {
    while (next < count && !failed) {
      const place = next++;
      try {
        made[place] = await make(`c${place + 1}`);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, mostAtOnce) }, work));
  return made;
}

/** Seconds, on a host, for a daemon to start its containers again. */
const restartLimit = 60;

/** Waits until all containers run, as a daemon without live-restore starts them again by itself. */
export async function waitUntilRunning(machine: Machine, engine: Docker, containers: Container[]): Promise<void> {
  const waiting = await stillWaiting(engine, containers, limitOn(machine, restartLimit));
  if (waiting.length === 0) return;
  throw new LabError({
    doing: `waiting for ${containers.length} containers to run`,
    expected: `all run within ${limitOn(machine, restartLimit)} s`,
    happened: waiting.map(({ Name, State }) => `${Name.slice(1)} is ${State.Status} ${State.Error}`).join(', '),
    hint: seeLog,
  });
}

/** Waits until all containers run, at most so many seconds; resolves with those that do not by then. */
export async function stillWaiting(
  engine: Docker,
  containers: readonly Container[],
  seconds: number,
): Promise<Docker.ContainerInspectInfo[]> {
  const look = async () => {
    const states = await Promise.all(containers.map(({ id }) => engine.getContainer(id).inspect()));
    return states.filter(({ State }) => !State.Running);
  };
  const { seen } = await poll(look, (waiting) => waiting.length === 0, { seconds });
  return seen;
}

/** Reads what one container is; see {@link readFactsOf}. */
export async function readFacts(
  machine: Machine,
  engine: Docker,
  container: Container,
  network?: string,
): Promise<ContainerFacts> {
  const [facts] = await readFactsOf(machine, engine, [container], network);
  if (!facts) throw new RangeError('no facts of a container');
  return facts;
}

/**
 * Prints, for each process id that it is given, a line `PID ADDRESS/PREFIX reachable` or `PID ADDRESS/PREFIX unreachable`, read in the
 * process' network namespace; ADDRESS/PREFIX is `-` where eth0 has none. Namespaces are looked at side by side: a lost gateway takes 3 s.
 * The applets have no `busybox` before them: the shell runs most of them without executing itself again.
 */
const lookIntoNetwork = `
  for pid in "$@"; do
    nsenter --net=/proc/$pid/ns/net --wd=/ busybox sh -c '
      pid=$0
      set -- $(ip -4 -o addr show dev eth0)
      address=\${4:--}
      gateway=$(ip route | while read -r to via gateway rest; do [ "$to $via" != "default via" ] || echo "$gateway"; done)
      if ping -c 1 -W 3 "$gateway" >/dev/null; then reach=reachable; else reach=unreachable; fi
      echo "$pid $address $reach"' $pid &
  done
  wait`;

/**
 * Reads what containers are and whether their networks work; the latter in their namespaces, past the daemon, and with one program for
 * all of them: to start one in a machine costs more than to look.
 *
 * @param network name of their network
 */
export async function readFactsOf(
  machine: Machine,
  engine: Docker,
  containers: readonly Container[],
  network = 'bridge',
): Promise<ContainerFacts[]> {
  const all = await Promise.all(
    containers.map(async ({ name, id }): Promise<ContainerFacts> => {
      const { State, NetworkSettings } = await engine.getContainer(id).inspect();
      return {
        name,
        running: State.Running,
        pid: State.Pid,
        netnsPath: NetworkSettings.SandboxKey ?? '',
        recordedAddress: NetworkSettings.Networks[network]?.IPAddress ?? '',
        address: '',
        reachesGateway: false,
      };
    }),
  );
  const running = all.filter((facts) => facts.running);
  if (running.length === 0) return all;
  const pids = running.map(({ pid }) => `${pid}`);
  const { stdout } = await machine.run(['busybox', 'sh', '-c', lookIntoNetwork, 'look', ...pids]);
  for (const [, pid, address = '', reach] of stdout.matchAll(/^(\d+) (?:([\d.]+)\/\d+|-) (reachable|unreachable)$/gm)) {
    for (const facts of running.filter((one) => one.pid === Number(pid))) {
      facts.address = address;
      facts.reachesGateway = reach === 'reachable';
    }
  }
  return all;
}
