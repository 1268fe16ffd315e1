import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeNight, makeRun, slope, type MadeCell } from '../../harness/history/testing/stored.ts';
import { checkOf } from '../../harness/judge/check.ts';
import type { Value } from '../../harness/judge/value.ts';
import { textFacts } from '../support/in-words.ts';
import type { RunRecord } from '../../harness/store/schema.ts';

const text = (words: string): Value => ({ kind: 'text', text: words });
const cause = { daemon: '20.10.24', mountFlags: 'slave', liveRestore: 'on', starts: 'restarted', systemd: '219' };
const without = { ...cause, mountFlags: 'unset' };

/** The heap of a real daemon, as the lab keeps it. */
const heap = path.join(import.meta.dirname, '../../harness/profile/testing/heap-1.13.1-4000-hanging-calls.pb.gz');

/** The differences of a made run from the default one. */
interface Changes {
  run?: Partial<RunRecord>;
  cells?: MadeCell[];
}

/** The bug beside the same without its cause, as `lab upstream` needs it, with all that protocols write beside a verdict. */
export async function makeResults(results: string, { run = {}, cells }: Changes = {}): Promise<string> {
  const judgement = (bug: 'present' | 'absent', observed: string) => ({
    observed: textFacts(observed),
    expected: textFacts(observed),
    reason: 'the bind mounts went with the mount namespace',
    reference: 'moby issue 30274',
    checks: [{ ...checkOf('old', text(observed), text(observed), ['/run/docker/netns/1']), name: 'netns files' }],
    figures: ['3 of 3'],
    slopes: [slope(bug === 'present' ? 1 : 0)],
    bug,
  });
  const usual: MadeCell[] = [
    {
      levels: cause,
      outcome: 'as-expected',
      verdict: { version: '20.10.24', judgement: judgement('present', 'netns lost 3/3') },
    },
    {
      levels: without,
      outcome: 'as-expected',
      verdict: { version: '20.10.24', judgement: judgement('absent', 'netns kept') },
    },
  ];
  const made = await makeRun(results, 'netns-restore', '2026-11-01T02:00:01.000Z', cells ?? usual, run);
  await makeNight(results, '2026-11-01T02:00:00.000Z', [made]);
  for (const name of readdirSync(path.join(results, made, 'cells')))
    addEvidence(path.join(results, made, 'cells', name));
  return made;
}

function addEvidence(cell: string): void {
  const points = [0, 10, 20].map((dose) => ({ dose, value: 10 + dose }));
  const series = [{ metric: 'fds', unit: 'fds', per: 'call', granularity: 1, points }];
  const empty = {
    netnsFiles: 'netns-files',
    restoreErrors: 'log-lines',
    collectingStats: 'log-lines',
    stats: 'stats-calls',
    streams: 'stats-streams',
    containers: 'restored-containers',
  };
  const evidence = {
    ...Object.fromEntries(Object.entries(empty).map(([member, kind]) => [member, { kind, value: [] }])),
    tickLimit: { kind: 'tick-limit', value: 5 },
    next: { kind: 'next-address', value: { address: '172.17.0.5', heldBy: [] } },
    // The scenario stores none: with them the run has every part that a page may have.
    series: { kind: 'dose-series', value: series },
    idle: { kind: 'idle-series', value: series },
  };
  const events = [
    { what: 'machine', at: 1, uname: 'Linux cell 6.1.0' },
    ...[1000, 2000, 3000].map((at) => ({ what: 'reading', at, values: { fds: at / 100 } })),
  ].map((event) => JSON.stringify({ time: '2026-11-01T02:00:02.000Z', ...event }));
  const files = {
    'observations.json': JSON.stringify({ schema: 2, evidence }),
    'events.ndjson': `${events.join('\n')}\n`,
    'dockerd-1.log': 'level=info msg="API listen on /run/lab/docker.sock"\n',
    'docker-version.json': JSON.stringify({ Version: '20.10.24', ApiVersion: '1.41' }),
    'docker-info.json': JSON.stringify({ ServerVersion: '20.10.24', Driver: 'overlay2' }),
    'goroutines.txt': 'goroutine profile: total 1\n',
    'heap.svg': '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
  };
  mkdirSync(cell, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(cell, name), content);
  copyFileSync(heap, path.join(cell, 'heap.pb.gz'));
}
