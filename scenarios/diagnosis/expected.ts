import type { Problem } from '../../harness/diagnose/model/finding.ts';
import { knowledge } from '../common/diagnosis/knowledge.ts';
import type { Truth } from '../common/diagnosis/judge-findings.ts';
import type { Condition } from './factors.ts';

/** The truth about a host in a condition, with a docker of that version, and the reason. */
export function truthOf(condition: Condition, version: string): Truth & { reason: string } {
  const answer = knowledge.lostAnswer(version)?.answer;
  const lost: Problem[] = [
    'lost-namespaces',
    'duplicate-addresses',
    ...(answer === 'zeroed' ? (['zeroed-stats'] as const) : []),
  ];
  const hangs = answer === 'hangs';
  switch (condition) {
    case 'healthy':
    case 'healthy-restarted':
    case 'healthy-flags':
    case 'healthy-containerd-unit':
      return { affected: [], exposed: [], reason: 'nothing is lost, nothing waits (control)' };
    case 'exposed':
      return {
        affected: [],
        exposed: ['lost-namespaces'],
        reason: 'the next restart of dockerd loses every network namespace',
      };
    case 'lost':
    case 'clean-agent':
      return {
        affected: lost,
        exposed: hangs ? ['hanging-stats'] : [],
        reason: 'the restart has lost the namespaces and released their addresses; no call is left waiting',
      };
    case 'hanging':
    case 'hanging-in-container':
      return {
        affected: [...lost, ...(hangs ? (['hanging-stats'] as const) : [])],
        exposed: [],
        ...(hangs && { caller: condition === 'hanging' ? 'process' : 'container' }),
        reason: hangs ? 'every call of a lost container waits for ever' : 'this docker answers such calls with zeroes',
      };
    case 'stalled':
      return {
        affected: ['stalled-collector'],
        exposed: [],
        caller: 'process',
        reason: 'the collector waits for containerd, and every call waits for the collector',
      };
    case 'mounts-not-seen':
      return {
        affected: ['unseen-mounts'],
        exposed: [],
        reason:
          'containerd, in the mount namespace of the host, does not see the roots of containers that dockerd mounts in its own',
      };
    case 'abandoned-attaches':
      return attaches(knowledge.attachFault(version)?.keeps ?? false);
  }
  return condition satisfies never;
}

function attaches(keeps: boolean): Truth & { reason: string } {
  const reason = keeps
    ? 'this docker keeps an attach until its container ends'
    : 'this docker ends an attach with its client';
  return { affected: keeps ? ['attach-leak'] : [], exposed: [], reason };
}
