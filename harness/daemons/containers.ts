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

/** Makes an image of the userland's busybox and nothing else, without any registry. */
export async function importImage(machine: Machine, engine: Docker, repo = image): Promise<void> {
  const archive = '/tmp/image.tar';
  const script = `
    busybox mkdir -p /tmp/image/bin /tmp/image/tmp /tmp/image/etc
    busybox cp /proc/self/exe /tmp/image/bin/busybox
    for applet in sh sleep ping ip cat true wget; do busybox ln -sf busybox /tmp/image/bin/$applet; done
    busybox tar -C /tmp/image -cf ${archive} . && busybox rm -r /tmp/image`;
  const ran = await machine.run(['busybox', 'sh', '-ec', script]);
  if (ran.exitCode !== 0) {
    throw new LabError({
      doing: 'making a busybox image',
      expected: 'a tar archive',
      happened: `exit code ${ran.exitCode}`,
      evidence: ran.stderr,
      hint: 'the machine may have no space left in /tmp: give it more, or run fewer cells side by side with --jobs',
    });
  }
  const answer = await engine.importImage(Readable.from([await machine.readFile(archive)]), { repo });
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

/**
 * Reads what a container is and whether its network works; the latter in its namespace, past the daemon.
 *
 * @param network name of its network
 */
export async function readFacts(
  machine: Machine,
  engine: Docker,
  { name, id }: Container,
  network = 'bridge',
): Promise<ContainerFacts> {
  const { State, NetworkSettings } = await engine.getContainer(id).inspect();
  const facts: ContainerFacts = {
    name,
    running: State.Running,
    pid: State.Pid,
    netnsPath: NetworkSettings.SandboxKey ?? '',
    recordedAddress: NetworkSettings.Networks[network]?.IPAddress ?? '',
    address: '',
    reachesGateway: false,
  };
  if (!State.Running) return facts;
  const script =
    'busybox ip -4 -o addr show dev eth0; gateway=$(busybox ip route | busybox sed -n "s/^default via \\([^ ]*\\).*/\\1/p");' +
    'busybox ping -c 1 -W 3 "$gateway" >/dev/null && echo reachable';
  const inNetns = ['nsenter', `--net=/proc/${State.Pid}/ns/net`, '--wd=/', 'busybox', 'sh', '-c', script];
  const { stdout } = await machine.run(inNetns);
  facts.address = /inet ([\d.]+)\//.exec(stdout)?.[1] ?? '';
  facts.reachesGateway = /^reachable$/m.test(stdout);
  return facts;
}
