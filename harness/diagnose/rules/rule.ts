import type { Fact } from '../model/facts.ts';
import type { HostEvidence, LogPatterns } from '../model/evidence.ts';
import type { Culprit, Finding, FindingState, Missing, Problem } from '../model/finding.ts';
import type { Knowledge } from '../model/knowledge.ts';

/** Judges one problem on one host, from its evidence and what the scenarios have measured. Pure. */
export interface Rule {
  problem: Problem;
  judge: (evidence: HostEvidence, knowledge: Knowledge) => Omit<Finding, 'problem'>;
}

/** A finding of a state, with what there is beside it. */
export function finding(
  state: FindingState,
  more: Partial<Omit<Finding, 'problem' | 'state'>> = {},
): Omit<Finding, 'problem'> {
  return { state, facts: [], missing: [], rates: [], culprits: [], remedies: [], ...more };
}

/** An `unknown` that names the files whose evidence is missing. */
export function unknown(
  evidence: HostEvidence,
  files: readonly string[],
  facts: Fact[] = [],
): Omit<Finding, 'problem'> {
  const found = files.flatMap((file) => missing(evidence, file));
  const [first = 'bundle'] = files;
  // All was read, and says nothing that the rules know.
  return finding('unknown', { facts, missing: found.length > 0 ? found : [{ file: first, because: 'not-measured' }] });
}

/** The reason why the evidence of a file is missing; none when it is there. */
export function missing({ items, problems }: HostEvidence, file: string): Missing[] {
  if (problems.some((problem) => problem.file === file)) return [{ file, because: 'not-readable' }];
  const status = items.find((item) => item.file === file)?.status;
  if (status === undefined) return [{ file, because: file.startsWith('deep/') ? 'needs-deep' : 'not-taken' }];
  return status === 'ok' || status === 'empty' ? [] : [{ file, because: status }];
}

/** Lines of a log with one of these patterns, as facts. */
export function logFacts(log: LogPatterns | undefined, ...wanted: string[]): Extract<Fact, { fact: 'log-lines' }>[] {
  return (log?.patterns ?? [])
    .filter(({ pattern }) => wanted.includes(pattern))
    .map((pattern) => ({ fact: 'log-lines', ...pattern }));
}

/** The version that dockerd gave in any sample, or that its program has. */
export function versionOf({ samples, docker }: HostEvidence): string | undefined {
  const said = samples.map(({ info }) => info?.version).find((version) => version !== undefined);
  return said ?? docker.version;
}

/** Callers with a share of at least a hundredth, most first, at most ten. */
export function culpritsOf({ docker: { callers } }: HostEvidence): Culprit[] {
  if (!callers) return [];
  const all = heldConnections(callers);
  return callers.callers
    .filter(({ connections }) => connections >= Math.max(1, all / 100))
    .slice(0, 10)
    .map((caller) => ({ ...caller, share: caller.connections / all }));
}

/** All connections that dockerd holds. */
export function heldConnections({ callers, gone, unseen }: NonNullable<HostEvidence['docker']['callers']>): number {
  return callers.reduce((sum, { connections }) => sum + connections, gone + unseen);
}
