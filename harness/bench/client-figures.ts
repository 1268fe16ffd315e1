import { text } from 'node:stream/consumers';
import { quietly } from '../fetch/cache.ts';
import { fetchDockerBuild } from '../fetch/docker-build.ts';
import { behaviourNamed } from '../clients/common/behaviour.ts';
import { startClient } from '../clients/engine/client.ts';
import { importImage, runContainer } from '../daemons/containers.ts';
import { startDockerd } from '../daemons/dockerd.ts';
import { waitFor } from '../dosing/wait-for.ts';
import { openLocalMachine } from '../machines/local/local.ts';
import { requireBeside } from '../machine/beside.ts';
import { connections } from '../probes/connections.ts';

/** Compares the engine and a plain loop on the same daemon. */
export interface ClientFigures {
  /** Calls a second, side by side, round by round. */
  rounds: { engine: number; python: number }[];
  held: { calls: number; bytesPerCall: number; longestTurn: number };
}

/** Calls of a round: three times what fits into the queue of a listener, so that the daemon has to keep up. */
const burst = 12_000;

/** Rounds of both programs, in turn: a host that is busy for a while is so for both. */
const rounds = 3;

/** Calls that one process has to hold; the hard limit of open files is 20,000 here. */
const most = 15_000;

/** A plain loop over blocking sockets: opens, asks, keeps, and prints the calls a second. */
const pythonLoop = `
import resource, socket, sys, time
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
path, container, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
request = ('GET /containers/%s/stats?stream=0 HTTP/1.1\\r\\nHost: docker\\r\\n\\r\\n' % container).encode()
begin, kept = time.time(), []
for _ in range(count):
    one = socket.socket(socket.AF_UNIX)
    one.connect(path)
    one.sendall(request)
    kept.append(one)
print(count / (time.time() - begin))
`;

/** Measures on a build whose containerd is stopped, so that every call hangs. */
export async function measureClients(daemonName: string): Promise<ClientFigures> {
  const build = await fetchDockerBuild(daemonName, quietly());
  await using machine = await openLocalMachine(build, { memoryBytes: 3 * 2 ** 30, diskBytes: 512 << 20, seconds: 300 });
  requireBeside(machine);
  const daemon = await startDockerd(machine, build, {
    systemd: '252',
    mountFlags: 'unset',
    liveRestore: false,
    log: '/dev/null',
  });
  await importImage(machine, daemon.engine);
  const { id } = await runContainer(machine, daemon.engine, 'c1');
  await machine.run(['busybox', 'sh', '-c', 'busybox kill -STOP $(busybox pidof docker-containerd containerd)']);
  const held = async () => (await connections.read({ machine, daemon }))['connections'] ?? 0;
  const settle = (calls: number) =>
    waitFor('waiting for the daemon', `${calls} connections`, held, (seen) => seen === calls, 60);

  const figures: ClientFigures['rounds'] = [];
  for (let round = 0; round < rounds; round++) {
    const words = (seen: (path: string) => string) => [
      'python3',
      '-c',
      pythonLoop,
      seen(daemon.socket),
      id,
      `${burst}`,
    ];
    const loop = await machine.startBeside({ files: [], words });
    const [said, errors] = await Promise.all([text(loop.stdout), text(loop.stderr), loop.exited]);
    const python = Number.parseFloat(said);
    if (Number.isNaN(python)) throw new Error(`the plain loop in Python has measured nothing: ${errors}`);
    await settle(0);
    await using client = await startClient(machine, daemon.socket, behaviourNamed('agent-1.20'));
    const { seconds } = await client.tell({ do: 'send', calls: burst, containers: [id] });
    await client.tell({ do: 'close' });
    await settle(0);
    figures.push({ engine: burst / seconds, python });
  }
  await using client = await startClient(machine, daemon.socket, behaviourNamed('agent-1.20'));
  const before = await client.tell({ do: 'report' });
  await client.tell({ do: 'send', calls: most, containers: [id] });
  await settle(most);
  const after = await client.tell({ do: 'report' });
  return {
    rounds: figures,
    held: {
      calls: after.open,
      bytesPerCall: (after.rss - before.rss) / after.open,
      longestTurn: after.longestTurn ?? 0,
    },
  };
}
