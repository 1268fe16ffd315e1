import { labWords, isSameLab } from '../../fleet/keys.ts';
import type { QueueLength } from '../../fleet/queue-lengths.ts';
import type { HostRecord, LabIdentity, Needs, SessionRecord } from '../../fleet/records.ts';
import type { Paint } from '../style.ts';
import { typedCommand } from '../../core/typed-command.ts';

/** The hosts of a fleet, a block of lines each. */
export function showHosts(hosts: readonly HostRecord[], own: LabIdentity, paint: Paint): string {
  if (hosts.length === 0)
    return `No worker is alive. Start one on each host: ${typedCommand('lab', 'worker', '--fleet', 'URL')}\n`;
  return hosts
    .map((host) => hostLines(host, own, paint).join('\n'))
    .join('\n')
    .concat('\n');
}

function hostLines(host: HostRecord, own: LabIdentity, paint: Paint): string[] {
  const { name, state, cpus, memoryBytes, machines, cached, running, canary, lab } = host;
  const able = machines.filter(({ description }) => description).map(({ kind }) => kind);
  const other = isSameLab(lab, own)
    ? []
    : [
        paint(
          'yellow',
          `  ! it runs the lab ${labWords(lab)}, and this is ${labWords(own)}: it gets no cells of yours`,
        ),
      ];
  const failed = (canary?.checks ?? []).filter(({ good }) => !good);
  return [
    `${paint('bold', name)}  ${state}, ${running.length} cells running, ${cpus} CPUs, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB`,
    `  machines: ${able.join(', ') || 'none'}; cached: ${[...cached.daemons, ...cached.kernels.map((kernel) => `kernel ${kernel}`)].join(', ') || 'nothing'}`,
    ...(canary ? [`  canary ${canary.good ? 'good' : 'failed'} at ${canary.at}`] : []),
    ...failed.map(({ check, found }) => paint('red', `  ✘ ${check}: ${found}`)),
    ...other,
  ];
}

/** The runs of a fleet with their queues. */
export function showSessions(sessions: readonly SessionRecord[], queues: readonly QueueLength[], paint: Paint): string {
  if (sessions.length === 0) return 'No run is going on.\n\n';
  return sessions
    .map(({ id, host, cells: { all, ended }, cancelled }) =>
      [
        `${paint('bold', id)}  from ${host}: ${ended} of ${all} cells${cancelled ? ', cancelled' : ''}`,
        ...queues
          .filter((queue) => queue.session === id && queue.waiting + queue.running > 0)
          .map(({ needs, waiting, running }) => `  ${needsWords(needs)}: ${running} running, ${waiting} next`),
        '',
        '',
      ].join('\n'),
    )
    .join('');
}

function needsWords({ machine, daemon, kernel, abilities }: Needs): string {
  return [machine, daemon, kernel && `kernel ${kernel}`, ...abilities].filter(Boolean).join(', ');
}
