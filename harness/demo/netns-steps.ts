/** One step of the demonstration: a command that a reader can type, and what it has to return. */
export interface DemoStep {
  /** Its explanation, as a shell comment. */
  says: string;
  command: string;
  exitCode: number;
  /** The pattern that its output has to match, where that is the point. */
  output?: RegExp;
}

/** The file system of a namespace's file in `stat -f -c %T`: nsfs, and before Linux 3.19 proc. */
const namespaceFiles = '(?:nsfs|proc)';

const host: DemoStep[] = [
  {
    says: 'stand-in for the host: its root is shared, as systemd makes it',
    command:
      'mount --make-rshared / && mount -t tmpfs demo /mnt && mount --make-shared /mnt && touch /mnt/lost /mnt/kept',
    exitCode: 0,
  },
  {
    says: 'stand-in for a container: a process in a network namespace of its own',
    command:
      'unshare --net sleep 600 </dev/null >/dev/null 2>&1 & container=$!; while [ "$(readlink /proc/$container/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do :; done; readlink /proc/$container/ns/net',
    exitCode: 0,
    output: /^net:\[\d+\]$/,
  },
];

function daemon(propagation: string, file: string, says: string): DemoStep {
  const keep = `mount --bind /proc/$container/ns/net ${file} && stat -f -c %T ${file} && nsenter --net=${file} readlink /proc/self/ns/net`;
  return {
    says,
    command: `container=$container unshare --mount --propagation ${propagation} sh -c '${keep}'`,
    exitCode: 0,
    output: new RegExp(`^${namespaceFiles}\\nnet:\\[\\d+\\]$`),
  };
}

function restored(file: string, fileSystem: string, exitCode: number, output: RegExp): DemoStep[] {
  return [
    {
      says: 'the daemon is gone, and its mount namespace with it; what is left on the file?',
      command: `stat -f -c %T ${file}`,
      exitCode: 0,
      output: new RegExp(`^${fileSystem}$`),
    },
    {
      says: 'the next daemon opens that file and calls setns(2) on it',
      command: `nsenter --net=${file} readlink /proc/self/ns/net`,
      exitCode,
      output,
    },
  ];
}

/** The mechanism alone: what becomes of a bind-mounted namespace when the mount namespace that held it goes. */
export const netnsSteps: readonly { title: string; steps: DemoStep[] }[] = [
  { title: 'A host and a container', steps: host },
  {
    title: 'MountFlags=slave: the bind mount dies with the daemon',
    steps: [
      daemon('slave', '/mnt/lost', 'a daemon in a mount namespace of its own keeps the network namespace on a file'),
      ...restored('/mnt/lost', 'tmpfs', 1, /Invalid argument/),
      {
        says: 'the container itself has lost nothing: it is still in its network namespace',
        command: 'readlink /proc/$container/ns/net',
        exitCode: 0,
        output: /^net:\[\d+\]$/,
      },
    ],
  },
  {
    title: 'The mount propagated to the host: it outlives the daemon',
    steps: [
      daemon(
        'unchanged',
        '/mnt/kept',
        'the same daemon, its mount namespace a peer of the host (MountFlags=shared, systemd up to 238)',
      ),
      ...restored('/mnt/kept', namespaceFiles, 0, /^net:\[\d+\]$/),
    ],
  },
  {
    title: 'The way back without a restart of the container',
    steps: [
      {
        says: 'while no daemon runs, bind the namespace of the living process on the empty file again',
        command: 'mount --bind /proc/$container/ns/net /mnt/lost && nsenter --net=/mnt/lost readlink /proc/self/ns/net',
        exitCode: 0,
        output: /^net:\[\d+\]$/,
      },
    ],
  },
];
