import type { RemedyAdvice } from '../model/finding.ts';
import { stalledState } from './stall.ts';
import { hasNoDaemon } from './loss.ts';
import { culpritsOf, finding, unknown, versionOf, type Rule } from './rule.ts';

/** Attaches that dockerd keeps without a client, from which on it is no accident of the moment. */
const manyGone = 5;

/** The function in which an abandoned attach stands (top of its goroutine on 20.10.24 and 26.1.5). */
const attachFunction = '.(*Daemon).containerAttach';

/** Attaches to silent containers that dockerd keeps after their client has gone. */
export const attachLeak: Rule = {
  problem: 'attach-leak',
  judge(evidence, knowledge) {
    if (hasNoDaemon(evidence)) return finding('not-affected', { facts: [{ fact: 'no-docker' }] });
    const version = versionOf(evidence);
    const fault = version === undefined ? undefined : knowledge.attachFault(version);
    const { goroutines, docker } = evidence;
    const groups = (goroutines ?? []).filter(({ frames }) => frames.some((frame) => frame.endsWith(attachFunction)));
    const count = groups.reduce((sum, group) => sum + group.count, 0);
    const waits = groups.flatMap(({ waitedMinutes }) => waitedMinutes ?? []);
    // While containerd is stopped every call is kept whose client gives up: the collector's own were found so.
    const gone = stalledState(evidence) === undefined ? docker.callers?.gone : undefined;
    const facts = [
      ...(count > 0
        ? [
            {
              fact: 'goroutines-at',
              function: 'daemon.(*Daemon).containerAttach',
              count,
              ...(waits.length > 0 && { waitedMinutes: Math.max(...waits) }),
            } as const,
          ]
        : []),
      ...(gone === undefined || gone === 0 ? [] : [{ fact: 'abandoned-ends', count: gone } as const]),
      ...(fault && version !== undefined
        ? [
            fault.keeps
              ? ({ fact: 'version-has-fault', version, fixedIn: fault.fixedIn } as const)
              : ({ fact: 'version-has-fix', version, fixedIn: fault.fixedIn } as const),
          ]
        : []),
    ];
    const remedies: RemedyAdvice[] = [
      {
        name: 'containers-ended',
        heals: 'leak-only',
        breaks: ['containers-restart'],
        commands: ['docker restart CONTAINER   # the one that is attached to'],
        source: 'measured on 20.10.24 and 26.1.5: everything is freed when the container ends',
      },
      {
        name: 'docker-upgraded',
        heals: 'fully',
        lasts: true,
        breaks: ['daemon-restarts'],
        commands: [`install docker ${fault?.fixedIn ?? '28.5.2'} or later`],
        source: 'moby PR 45052; 28.5.2 keeps nothing',
      },
    ];
    if (fault && !fault.keeps && count < manyGone) {
      // It closes ends at a garbage collection only, and keeps attaches by websocket, execs and pulls (scenario abandoned-calls).
      return finding((gone ?? 0) >= manyGone ? 'exposed' : 'not-affected', { facts });
    }
    // Without a dump, ends of connections whose client has gone are what an abandoned attach leaves.
    if (count >= manyGone || (fault?.keeps === true && (gone ?? 0) >= manyGone)) {
      return finding('affected', { facts, remedies, culprits: culpritsOf(evidence) });
    }
    if (!fault) return unknown(evidence, version === undefined ? ['samples/1/info'] : ['deep/goroutines'], facts);
    if (gone === undefined && goroutines === undefined) {
      return unknown(evidence, [docker.callers ? 'deep/goroutines' : 'docker/peers'], facts);
    }
    return finding('exposed', { facts, remedies: remedies.slice(1) });
  },
};
