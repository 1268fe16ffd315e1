import { behaviourNamed } from '../../harness/clients/common/behaviour.ts';
import type { Container } from '../../harness/daemons/containers.ts';
import type { Dockerd } from '../../harness/daemons/dockerd.ts';
import { messageOf } from '../../harness/core/errors.ts';
import type { SiteUnit } from './host-daemon.ts';
import type { Site } from './site.ts';
import type { RemedyName } from './remedies.ts';

/** What the remedies that help containers to start act on. */
interface Startable {
  daemon: Dockerd;
  containers: readonly Container[];
  restart(changes?: Partial<SiteUnit>): Promise<void>;
}

/** Applies a remedy; resolves with the daemon's refusals, of which most have none. */
type Action<On> = (on: On) => Promise<string[]>;

/** The remedies that can be tried where no container starts. */
export const startRemedies = {
  none: () => Promise.resolve([]),
  'flags-removed': async (site) => {
    await site.restart({ mountFlags: 'unset' });
    return [];
  },
  'containers-restarted': restartContainers,
  'flags-removed+containers-restarted': async (site) => {
    await site.restart({ mountFlags: 'unset' });
    return restartContainers(site);
  },
  upgraded: async (site) => {
    await site.restart({ build: 'companion' });
    return [];
  },
  restarted: async (site) => {
    await site.restart();
    return [];
  },
} as const satisfies Partial<Record<RemedyName, Action<Startable>>>;
export type StartRemedyName = keyof typeof startRemedies;

/** Whether a remedy can be tried where no container starts. */
export function isStartRemedy(name: RemedyName): name is StartRemedyName {
  return Object.hasOwn(startRemedies, name);
}

/** The action of each remedy on a host that has lost namespaces. */
export const actions: Readonly<Record<RemedyName, Action<Site>>> = {
  ...startRemedies,
  'client-fixed': async (site) => {
    await site.replaceClient(behaviourNamed('timeout-cancel'));
    return [];
  },
  'network-connect': ({ daemon, containers }) =>
    refusals(containers, ({ id }) => daemon.engine.getNetwork('bridge').connect({ Container: id })),
  'network-disconnect': ({ daemon, containers }) =>
    refusals(containers, ({ id }) => daemon.engine.getNetwork('bridge').disconnect({ Container: id })),
  'namespaces-mounted-again': (site) => mountAgain(site),
  'flags-removed+namespaces-mounted-again': (site) => mountAgain(site, { mountFlags: 'unset' }),
};

function restartContainers({ daemon, containers }: Startable): Promise<string[]> {
  return refusals(containers, ({ id }) => daemon.engine.getContainer(id).restart({ t: 0 }));
}

/** In the mount namespace of the host, from where the daemon's own gets them with any MountFlags. */
async function mountAgain(site: Site, changes: Partial<SiteUnit> = {}): Promise<string[]> {
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
