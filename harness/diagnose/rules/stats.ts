import { daemonFacts, hasNoDaemon, lossOf } from './loss.ts';
import {
  connectionsNow,
  connectionsQuantity,
  descriptorsQuantity,
  goroutinesQuantity,
  residentQuantity,
} from './quantities.ts';
import { culpritsOf, finding, logFacts, unknown, versionOf, type Rule } from './rule.ts';
import { stalledState } from './stall.ts';
import { grows, rateOf } from '../model/rate.ts';
import type { Fact } from '../model/facts.ts';
import type { HostEvidence } from '../model/evidence.ts';

/** Connections from which on a host has more callers than its tools make: docker's CLI, an agent and compose have some each. */
const manyConnections = 20;

function connectionFacts({ docker: { callers }, samples }: HostEvidence): Fact[] {
  if (!callers) return [];
  const held = callers.callers.reduce((sum, { connections }) => sum + connections, 0);
  const goroutines = samples.at(-1)?.info?.goroutines;
  return [
    { fact: 'connections', held, gone: callers.gone, unseen: callers.unseen },
    ...(goroutines === undefined ? [] : [{ fact: 'goroutines', count: goroutines } as const]),
  ];
}

function ratesOf(evidence: HostEvidence) {
  return [connectionsQuantity, descriptorsQuantity(evidence), goroutinesQuantity, residentQuantity(evidence)].map(
    (one) => rateOf(evidence, one),
  );
}

/** Goroutines that wait for stats, in a dump: the answer of a route that was never sent. */
function waitingForStats({ goroutines = [] }: HostEvidence): Extract<Fact, { fact: 'goroutines-at' }>[] {
  const name = '.(*Daemon).ContainerStats';
  const found = goroutines.filter(({ frames }) => frames.some((frame) => frame.endsWith(name)));
  const count = found.reduce((sum, group) => sum + group.count, 0);
  return count === 0 ? [] : [{ fact: 'goroutines-at', function: 'daemon.(*Daemon).ContainerStats', count }];
}

/** Stats calls that never end: on docker up to 17.07, for containers whose namespace is lost. */
export const hangingStats: Rule = {
  problem: 'hanging-stats',
  judge(evidence, knowledge) {
    if (hasNoDaemon(evidence)) return finding('not-affected', { facts: [{ fact: 'no-docker' }] });
    const loss = lossOf(evidence);
    const waiting = waitingForStats(evidence);
    const version = versionOf(evidence);
    const known = version === undefined ? undefined : knowledge.lostAnswer(version);
    const log = logFacts(evidence.logs.daemon, 'collecting-stats');
    const answered = known ? [{ fact: 'stats-answer', ...known } as const] : [];
    const facts = [...connectionFacts(evidence), ...waiting, ...log, ...answered];
    const stuck = waiting.reduce((sum, { count }) => sum + count, 0);
    const remedies = knowledge.remediesOfLoss('hangs');
    // A dump shows the calls themselves: no other evidence is needed.
    if (stuck >= manyConnections && !loss)
      return finding('affected', { facts, remedies, culprits: culpritsOf(evidence) });
    if (loss?.lost === 0) return finding('not-affected', { facts: [{ fact: 'namespaces-lost', ...loss }] });
    if (known?.answer === 'zeroed') return finding('not-affected', { facts: answered });
    if (!loss) return unknown(evidence, ['docker/containers', 'docker/mounts'], facts);
    if (!known) return unknown(evidence, ['samples/1/info'], facts);
    const rates = ratesOf(evidence);
    const connections = connectionsNow(evidence);
    const pilesUp =
      waiting.length > 0 ||
      (connections ?? 0) >= manyConnections ||
      rates.some((rate) => rate.metric === 'connections' && grows(rate));
    const more = {
      facts: [...daemonFacts(evidence), ...facts],
      rates,
      culprits: culpritsOf(evidence),
      remedies,
      reproduce: [
        'scenario',
        'stats-leak',
        '--daemon',
        knowledge.nearestBuild(version ?? ''),
        '--only',
        'client=agent-1.20',
      ],
    };
    if (pilesUp) return finding('affected', more);
    // Every call from now on hangs. No client waits now.
    return finding('exposed', more);
  },
};

/** Stats calls that are answered with zeroes: on docker from 17.09 on, for containers whose namespace is lost. */
export const zeroedStats: Rule = {
  problem: 'zeroed-stats',
  judge(evidence, knowledge) {
    if (hasNoDaemon(evidence)) return finding('not-affected', { facts: [{ fact: 'no-docker' }] });
    const loss = lossOf(evidence);
    const version = versionOf(evidence);
    const known = version === undefined ? undefined : knowledge.lostAnswer(version);
    const answered = known ? [{ fact: 'stats-answer', ...known } as const] : [];
    if (loss?.lost === 0) return finding('not-affected', { facts: [{ fact: 'namespaces-lost', ...loss }] });
    if (known?.answer === 'hangs') return finding('not-affected', { facts: answered });
    if (!loss) return unknown(evidence, ['docker/containers', 'docker/mounts'], answered);
    if (!known) return unknown(evidence, ['samples/1/info']);
    return finding('affected', {
      facts: [{ fact: 'namespaces-lost', ...loss }, ...answered],
      remedies: knowledge.remediesOfLoss('zeroed'),
      reproduce: [
        'scenario',
        'netns-restore',
        '--daemon',
        knowledge.nearestBuild(version ?? ''),
        '--only',
        'mountFlags=slave,liveRestore=on,starts=restarted',
      ],
    });
  },
};

/** A containerd that does not answer holds up the collector, and with it every stats call. */
export const stalledCollector: Rule = {
  problem: 'stalled-collector',
  judge(evidence, knowledge) {
    if (hasNoDaemon(evidence)) return finding('not-affected', { facts: [{ fact: 'no-docker' }] });
    const state = stalledState(evidence);
    const log = logFacts(evidence.logs.daemon, 'containerd-stalled');
    const rates = ratesOf(evidence);
    if (state !== undefined) {
      return finding('affected', {
        facts: [{ fact: 'containerd-state', state }, ...connectionFacts(evidence), ...log],
        rates,
        culprits: culpritsOf(evidence),
        remedies: [
          {
            name: 'containerd-continued',
            heals: 'fully',
            breaks: [],
            commands: [state === 'D' ? 'cat /proc/$(pidof containerd)/stack' : 'kill -CONT $(pidof containerd)'],
            source: 'after SIGCONT every call was answered within 2.4 s on 20.10.24 (collector-stall)',
          },
        ],
        reproduce: ['scenario', 'collector-stall', '--daemon', knowledge.nearestBuild(versionOf(evidence) ?? '')],
      });
    }
    if (evidence.samples.every(({ containerd }) => containerd?.state === undefined))
      return unknown(evidence, ['samples/1/containerd'], log);
    return finding('not-affected', { facts: log });
  },
};

/** The package of a dockerd's routes: a goroutine with a frame of it serves a request. */
const routes = '/api/server/router/';

/** Functions whose goroutines are other findings. */
const known: readonly string[] = ['.(*Daemon).ContainerStats', '.(*Daemon).containerAttach'];

/** Requests that wait, in a dump, by the function of the daemon that they wait in; most first. */
function waitingRequests({ goroutines = [] }: HostEvidence): Extract<Fact, { fact: 'goroutines-at' }>[] {
  const counts = new Map<string, number>();
  for (const { count, frames } of goroutines) {
    const route = frames.findIndex((frame) => frame.includes(routes));
    if (route < 0 || frames.some((frame) => known.some((name) => frame.endsWith(name)))) continue;
    const name = (frames[Math.max(0, route - 1)] ?? '').replace(/^.*\//, '');
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return [...counts]
    .filter(([, count]) => count >= manyConnections)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([name, count]) => ({ fact: 'goroutines-at', function: name, count }) as const);
}

/** Connections that pile up, and none of the known causes is seen. */
export const piledConnections: Rule = {
  problem: 'piled-connections',
  judge(evidence) {
    if (hasNoDaemon(evidence)) return finding('not-affected', { facts: [{ fact: 'no-docker' }] });
    const requests = waitingRequests(evidence);
    const connections = connectionsNow(evidence) ?? requests[0]?.count;
    const facts = [...connectionFacts(evidence), ...requests];
    if (connections === undefined) return unknown(evidence, ['samples/1/connections', 'docker/peers'], facts);
    const rates = ratesOf(evidence);
    const grown = rates.some((rate) => rate.metric === 'connections' && grows(rate));
    if (connections < manyConnections) return finding('not-affected', { facts });
    return finding(grown || connections >= pileOfConnections ? 'affected' : 'exposed', {
      facts,
      rates,
      culprits: culpritsOf(evidence),
    });
  },
};

/** Connections that are a pile whether they grow within the samples or not: hung calls of 20 containers within an hour. */
const pileOfConnections = 200;
