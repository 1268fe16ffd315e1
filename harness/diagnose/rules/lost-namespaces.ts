import { configuredFlags, daemonFacts, hasNoDaemon, liveRestoreOf, lossOf, plainFiles, propagationOf } from './loss.ts';
import { finding, logFacts, unknown, versionOf, type Rule } from './rule.ts';

/** Plain files that are shown. */
const shownFiles = 3;

/** Network namespaces that dockerd has lost, or will lose at its next restart. */
export const lostNamespaces: Rule = {
  problem: 'lost-namespaces',
  judge(evidence, knowledge) {
    if (hasNoDaemon(evidence)) return finding('not-affected', { facts: [{ fact: 'no-docker' }] });
    const loss = lossOf(evidence);
    const facts = [...daemonFacts(evidence), ...logFacts(evidence.logs.daemon, 'restore-error')];
    const version = versionOf(evidence);
    const build = knowledge.nearestBuild(version ?? '');
    const scenario = (starts: string) => [
      'scenario',
      'netns-restore',
      '--daemon',
      build,
      '--only',
      `mountFlags=slave,liveRestore=on,starts=${starts}`,
    ];
    if (!loss) return unknown(evidence, ['docker/containers', 'docker/mounts', 'docker/netns-files'], facts);
    const answer = knowledge.lostAnswer(version ?? '')?.answer ?? 'zeroed';
    if (loss.lost > 0) {
      return finding('affected', {
        facts: [{ fact: 'namespaces-lost', ...loss }, ...plainFiles(evidence).slice(0, shownFiles), ...facts],
        remedies: knowledge.remediesOfLoss(answer),
        reproduce: scenario('restarted'),
      });
    }
    const kept = { fact: 'namespaces-lost', ...loss } as const;
    const kind = propagationOf(evidence);
    const live = liveRestoreOf(evidence);
    const flags = configuredFlags(evidence);
    const configured = flags ? [{ fact: 'mount-flags-configured', ...flags } as const] : [];
    const cutOff = kind === 'slave' || kind === 'private';
    const willBe = flags !== undefined && /^(?:slave|private)$/.test(flags.value);
    if (!cutOff && !willBe) return finding('not-affected', { facts: [kept, ...facts] });
    if (live === undefined)
      return unknown(evidence, ['samples/1/info', 'docker/flags'], [kept, ...configured, ...facts]);
    if (!live) return finding('not-affected', { facts: [kept, ...configured, ...facts] });
    const reload =
      evidence.docker.unit?.['NeedDaemonReload'] === 'yes' ? [{ fact: 'daemon-reload-needed' } as const] : [];
    return finding('exposed', {
      facts: [kept, ...configured, ...reload, ...facts],
      // Before the loss nothing has to be restarted but dockerd, without live-restore or after the flags are gone.
      remedies: knowledge.remediesOfLoss(answer).filter(({ name }) => name === 'flags-removed'),
      reproduce: scenario('fresh,restarted'),
    });
  },
};
