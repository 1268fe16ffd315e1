/** Something that an operator can do on a host that leaks now; actions.ts does it. */
interface Remedy {
  name: string;
  summary: string;
  /** As a person would type it. */
  commands: readonly string[];
  /** Whether dockerd is down for a moment. */
  restartsDaemon: boolean;
}

/** All remedies that operators tried or recommended, and the control without any of them. */
export const remedies = [
  {
    name: 'none',
    restartsDaemon: false,
    summary: 'nothing is done (control)',
    commands: [],
  },
  {
    name: 'client-fixed',
    restartsDaemon: false,
    summary: 'the agent is replaced by one that gives up and closes its connection',
    commands: ['systemctl restart the-agent   # after its upgrade'],
  },
  {
    name: 'flags-removed',
    restartsDaemon: true,
    summary: 'MountFlags is removed from the unit, and dockerd is restarted',
    commands: ['systemctl edit docker   # [Service] MountFlags=', 'systemctl restart docker'],
  },
  {
    name: 'containers-restarted',
    restartsDaemon: false,
    summary: 'each container is restarted',
    commands: ['docker restart $(docker ps -q)'],
  },
  {
    name: 'network-connect',
    restartsDaemon: false,
    summary: 'each container is connected to its bridge again',
    commands: ['docker network connect bridge CONTAINER'],
  },
  {
    name: 'network-disconnect',
    restartsDaemon: false,
    summary: 'each container is disconnected from its bridge',
    commands: ['docker network disconnect bridge CONTAINER'],
  },
  {
    name: 'namespaces-mounted-again',
    restartsDaemon: true,
    summary:
      'while dockerd is down, the network namespaces are mounted again on their files, in the mount namespace of the host',
    commands: ['systemctl stop docker', 'mount --bind /proc/PID/ns/net /run/docker/netns/ID', 'systemctl start docker'],
  },
  {
    name: 'flags-removed+containers-restarted',
    restartsDaemon: true,
    summary: 'MountFlags is removed, dockerd is restarted, then each container',
    commands: [
      'systemctl edit docker   # [Service] MountFlags=',
      'systemctl restart docker',
      'docker restart $(docker ps -q)',
    ],
  },
  {
    name: 'flags-removed+namespaces-mounted-again',
    restartsDaemon: true,
    summary: 'MountFlags is removed, and the namespaces are mounted again before dockerd starts',
    commands: [
      'systemctl edit docker   # [Service] MountFlags=',
      'systemctl stop docker',
      'mount --bind /proc/PID/ns/net /run/docker/netns/ID',
      'systemctl start docker',
    ],
  },
  {
    name: 'upgraded',
    restartsDaemon: true,
    summary: 'dockerd is upgraded under the running containers, and goes on with MountFlags=slave',
    commands: ['systemctl stop docker', 'apt-get install docker.io   # or the like', 'systemctl start docker'],
  },
  {
    name: 'restarted',
    restartsDaemon: true,
    summary: 'dockerd is restarted as it is: what hosts do by themselves when it passes some gigabytes',
    commands: ['systemctl restart docker'],
  },
] as const satisfies readonly Remedy[];
export type RemedyName = (typeof remedies)[number]['name'];

/** @throws {RangeError} when there is none of that name. */
export function remedyNamed(name: string): Remedy {
  const found = remedies.find((one) => one.name === name);
  if (!found) throw new RangeError(`no remedy is called ${name}`);
  return found;
}
