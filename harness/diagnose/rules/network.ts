import { hasNoDaemon, lossOf, propagationOf } from './loss.ts';
import { finding, logFacts, unknown, type Rule } from './rule.ts';

/** Addresses that are shown. */
const shownAddresses = 5;

/** Two containers of docker with the same address: the daemon has given away one that a running container still holds. */
export const duplicateAddresses: Rule = {
  problem: 'duplicate-addresses',
  judge(evidence) {
    if (hasNoDaemon(evidence)) return finding('not-affected', { facts: [{ fact: 'no-docker' }] });
    const { addresses, containers, hostNetns } = evidence.docker;
    const loss = lossOf(evidence);
    if (!containers) return unknown(evidence, ['docker/containers']);
    const ofDocker = new Set(
      containers.filter(({ docker, netns }) => docker && netns !== hostNetns).map(({ netns }) => netns),
    );
    if (!addresses) {
      if (ofDocker.size === 0) return finding('not-affected');
      return unknown(evidence, ['docker/addresses']);
    }
    const own = addresses.filter(({ netns }) => ofDocker.has(netns));
    const shared = [...Map.groupBy(own, ({ address }) => address)]
      .map(([address, all]) => ({ address, namespaces: new Set(all.map(({ netns }) => netns)).size }))
      .filter(({ namespaces }) => namespaces > 1);
    if (shared.length > 0) {
      return finding('affected', {
        facts: shared.slice(0, shownAddresses).map((one) => ({ fact: 'shared-address', ...one }) as const),
        remedies: [
          {
            name: 'containers-restarted',
            heals: 'fully',
            breaks: ['containers-restart'],
            commands: ['docker restart CONTAINER   # the older one of each pair'],
            source: 'moby issues 30274, 29921',
          },
        ],
        reproduce: ['scenario', 'netns-restore', '--only', 'mountFlags=slave,liveRestore=on,starts=restarted'],
      });
    }
    // A lost namespace has released its address: the next container may get it.
    if (loss && loss.lost > 0) return finding('exposed', { facts: [{ fact: 'namespaces-lost', ...loss }] });
    return finding('not-affected');
  },
};

/** A restart that kept the namespaces and restored their sandboxes in part: docker 24.0.0 to 24.0.2. */
export const partialRestore: Rule = {
  problem: 'partial-restore',
  judge(evidence) {
    if (hasNoDaemon(evidence)) return finding('not-affected', { facts: [{ fact: 'no-docker' }] });
    const facts = logFacts(evidence.logs.daemon, 'populate-error');
    if (facts.length > 0) {
      return finding('affected', {
        facts,
        remedies: [
          {
            name: 'docker-upgraded',
            heals: 'fully',
            lasts: true,
            breaks: ['daemon-restarts', 'containers-restart'],
            commands: ['install docker 24.0.3 or later', 'docker restart $(docker ps -q)'],
            source: 'moby issue 45653',
          },
        ],
      });
    }
    if (!evidence.logs.daemon) return unknown(evidence, ['logs/daemon']);
    return finding('not-affected');
  },
};

/** A containerd with a unit of its own does not see what a dockerd with MountFlags mounts. */
export const unseenMounts: Rule = {
  problem: 'unseen-mounts',
  judge(evidence) {
    if (hasNoDaemon(evidence)) return finding('not-affected', { facts: [{ fact: 'no-docker' }] });
    const kind = propagationOf(evidence);
    const { containerdIsChild } = evidence.docker;
    // Root sees every process: a dockerd whose containerd does not run has no container that could miss a mount.
    if (evidence.info.containerd === undefined && evidence.info.uid === 0) return finding('not-affected');
    if (kind === undefined || containerdIsChild === undefined) {
      if (kind === 'host') return finding('not-affected', { facts: [{ fact: 'mount-propagation', kind }] });
      return unknown(evidence, ['docker/mounts', 'docker/processes']);
    }
    if (containerdIsChild || kind === 'host' || kind === 'shared') {
      return finding('not-affected', { facts: [{ fact: 'mount-propagation', kind }] });
    }
    return finding('affected', {
      facts: [{ fact: 'mount-propagation', kind }, { fact: 'containerd-own-unit' }],
      remedies: [
        {
          name: 'flags-removed',
          heals: 'fully',
          lasts: true,
          breaks: ['daemon-restarts'],
          commands: [
            'systemctl edit docker   # [Service] MountFlags=',
            'systemctl restart docker',
            'docker start CONTAINER   # those that did not start',
          ],
          source: 'moby issues 38174, 38191; scenario remedies with containerd=unit',
        },
      ],
      reproduce: [
        'scenario',
        'netns-restore',
        '--only',
        'containerd=unit,mountFlags=slave,liveRestore=on,starts=fresh',
      ],
    });
  },
};
