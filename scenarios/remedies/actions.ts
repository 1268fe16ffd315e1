import { behaviourNamed } from '../../harness/clients/common/behaviour.ts';
import type { Container } from '../../harness/daemons/containers.ts';
import { messageOf } from '../../harness/core/errors.ts';
import type { Site, Unit } from './site.ts';

/** Something that an operator can do on a host that leaks now. */
export interface Remedy {
  name: string;
  summary: string;
  /** As a person would type it. */
  commands: readonly string[];
  /** Resolves with the daemon's refusals; most have none. */
  apply: (site: Site) => Promise<string[]>;
}

/** All remedies that operators tried or recommended, and the control without any of them. */
export const remedies = [
  {
    name: 'none',
    summary: 'nothing is done (control)',
    commands: [],
    apply: () => Promise.resolve([]),
  },
  {
    name: 'client-fixed',
    summary: 'the agent is replaced by one that gives up and closes its connection',
    commands: ['systemctl restart the-agent   # after its upgrade'],
    apply: async (site) => {
      await site.replaceClient(behaviourNamed('timeout-cancel'));
      return [];
    },
  },
  {
    name: 'flags-removed',
    summary: 'MountFlags is removed from the unit, and dockerd is restarted',
    commands: ['systemctl edit docker   # [Service] MountFlags=', 'systemctl restart docker'],
    apply: async (site) => {
      await site.restart({ mountFlags: 'unset' });
      return [];
    },
  },
  {
    name: 'containers-restarted',
    summary: 'each container is restarted',
    commands: ['docker restart $(docker ps -q)'],
    apply: restartContainers,
  },
  {
    name: 'network-connect',
    summary: 'each container is connected to its bridge again',
    commands: ['docker network connect bridge CONTAINER'],
    apply: ({ daemon, containers }) =>
      refusals(containers, ({ id }) => daemon.engine.getNetwork('bridge').connect({ Container: id })),
  },
  {
    name: 'network-disconnect',
    summary: 'each container is disconnected from its bridge',
    commands: ['docker network disconnect bridge CONTAINER'],
    apply: ({ daemon, containers }) =>
      refusals(containers, ({ id }) => daemon.engine.getNetwork('bridge').disconnect({ Container: id })),
  },
  {
    name: 'namespaces-mounted-again',
    summary:
      'while dockerd is down, the network namespaces are mounted again on their files, in the mount namespace of the host',
    commands: ['systemctl stop docker', 'mount --bind /proc/PID/ns/net /run/docker/netns/ID', 'systemctl start docker'],
    apply: (site) => mountAgain(site),
  },
  {
    name: 'flags-removed+containers-restarted',
    summary: 'MountFlags is removed, dockerd is restarted, then each container',
    commands: [
      'systemctl edit docker   # [Service] MountFlags=',
      'systemctl restart docker',
      'docker restart $(docker ps -q)',
    ],
    apply: async (site) => {
      await site.restart({ mountFlags: 'unset' });
      return restartContainers(site);
    },
  },
  {
    name: 'flags-removed+namespaces-mounted-again',
    summary: 'MountFlags is removed, and the namespaces are mounted again before dockerd starts',
    commands: [
      'systemctl edit docker   # [Service] MountFlags=',
      'systemctl stop docker',
      'mount --bind /proc/PID/ns/net /run/docker/netns/ID',
      'systemctl start docker',
    ],
    apply: (site) => mountAgain(site, { mountFlags: 'unset' }),
  },
  {
    name: 'upgraded',
    summary: 'dockerd is upgraded under the running containers, and goes on with MountFlags=slave',
    commands: ['systemctl stop docker', 'apt-get install docker.io   # or the like', 'systemctl start docker'],
    apply: async (site) => {
      await site.restart({ build: 'companion' });
      return [];
    },
  },
  {
    name: 'restarted',
    summary: 'dockerd is restarted as it is: what hosts do by themselves when it passes some gigabytes',
    commands: ['systemctl restart docker'],
    apply: async (site) => {
      await site.restart();
      return [];
    },
  },
] as const satisfies readonly Remedy[];
export type RemedyName = (typeof remedies)[number]['name'];

/** @throws {RangeError} when there is none of that name. */
export function remedyNamed(name: string): Remedy {
  const found = remedies.find((one) => one.name === name);
  if (!found) throw new RangeError(`no remedy is called ${name}`);
  return found;
}

function restartContainers({ daemon, containers }: Site): Promise<string[]> {
  return refusals(containers, ({ id }) => daemon.engine.getContainer(id).restart({ t: 0 }));
}

/** In the mount namespace of the host, from where the daemon's own gets them with any MountFlags. */
async function mountAgain(site: Site, changes: Partial<Unit> = {}): Promise<string[]> {
  const failed: string[] = [];
  await site.restart(changes, async () => {
    for (const { name, pid, netnsPath } of site.before) {
      const ran = await site.machine.run(['busybox', 'mount', '--bind', `/proc/${pid}/ns/net`, netnsPath]);
      if (ran.exitCode !== 0) failed.push(`${name}: ${ran.stderr}`);
    }
  });
  return failed;
}

/** Actions that the daemon refused. A refusal is an observation, not a failure. */
async function refusals(
  containers: readonly Container[],
  ask: (container: Container) => Promise<unknown>,
): Promise<string[]> {
  const answers = containers.map(async (container) => {
    try {
      await ask(container);
      return [];
    } catch (error) {
      return [`${container.name}: ${messageOf(error)}`];
    }
  });
  return (await Promise.all(answers)).flat();
}
