import { isBefore } from '../../core/version.ts';
import type { RemedyAdvice } from '../model/finding.ts';
import { hasNoDaemon, propagationOf } from './loss.ts';
import { descriptorsQuantity } from './quantities.ts';
import { grows, rateOf } from '../model/rate.ts';
import { culpritsOf, finding, logFacts, unknown, type Rule } from './rule.ts';

/** Share of the limit from which on the host is affected, and hours to the limit below which it is exposed: a week. */
const [fullShare, soonHours] = [0.8, 168];

/** Open files of dockerd near their limit, or on the way to it. */
export const fileLimit: Rule = {
  problem: 'file-limit',
  judge(evidence) {
    if (hasNoDaemon(evidence)) return finding('not-affected', { facts: [{ fact: 'no-docker' }] });
    const log = logFacts(evidence.logs.daemon, 'too-many-files');
    const last = evidence.samples.at(-1);
    const [open, limit] = [last?.dockerdFds?.total, last?.dockerd?.fileLimit];
    if (open === undefined || limit === undefined) {
      if (log.length > 0) return finding('affected', { facts: log });
      return unknown(evidence, ['samples/1/dockerd', 'samples/1/dockerd-fds']);
    }
    const sockets = last?.dockerdFds?.byKind['socket'];
    const facts = [{ fact: 'open-files', open, limit, ...(sockets !== undefined && { sockets }) } as const, ...log];
    const rate = rateOf(evidence, descriptorsQuantity(evidence));
    const soon = rate.known && grows(rate) && (rate.limit?.soonestHours ?? Infinity) < soonHours;
    const affected = open >= fullShare * limit;
    if (!affected && !soon) return finding('not-affected', { facts, rates: [rate] });
    return finding(affected ? 'affected' : 'exposed', {
      facts,
      rates: [rate],
      culprits: culpritsOf(evidence),
      remedies: [
        {
          name: 'limit-raised',
          heals: 'partly',
          lasts: true,
          breaks: ['daemon-restarts'],
          commands: ['systemctl edit docker   # [Service] LimitNOFILE=1048576', 'systemctl restart docker'],
          source: 'it gains time; the cause is one of the other findings',
        },
      ],
    });
  },
};

/** From this kernel on a directory with a mount in another namespace can be removed (Linux commit 8ed936b5671b). */
const detachesSince = '3.18';

/** Mounts of containers that cannot be removed, since another mount namespace still has them. */
export const deviceBusy: Rule = {
  problem: 'device-busy',
  judge(evidence) {
    if (hasNoDaemon(evidence)) return finding('not-affected', { facts: [{ fact: 'no-docker' }] });
    const { kernel, sysctl } = evidence.host;
    const log = logFacts(evidence.logs.daemon, 'device-busy');
    if (kernel === undefined) return unknown(evidence, ['host/uname'], log);
    const allowed = sysctl?.['fs/may_detach_mounts']?.[0];
    const detaches = !isBefore(kernel, detachesSince) || allowed === 1;
    const facts = [
      { fact: 'kernel', release: kernel } as const,
      ...(allowed === undefined ? [] : [{ fact: 'detach-mounts', allowed: allowed === 1 } as const]),
      ...log,
    ];
    if (detaches) return finding('not-affected', { facts });
    const remedies: RemedyAdvice[] = [
      {
        name: 'may-detach-mounts',
        heals: 'fully',
        lasts: true,
        breaks: [],
        commands: ['sysctl fs.may_detach_mounts=1   # RHEL and CentOS 7.4 and later'],
        source: 'scenario mount-busy; MountFlags=slave hides it, and loses network namespaces',
      },
    ];
    const reproduce = ['scenario', 'mount-busy'];
    if (log.length > 0) return finding('affected', { facts, remedies, reproduce });
    const kind = propagationOf(evidence);
    if (kind === 'slave' || kind === 'private') {
      return finding('not-affected', { facts: [...facts, { fact: 'mount-propagation', kind }] });
    }
    return finding('exposed', { facts, remedies, reproduce });
  },
};
