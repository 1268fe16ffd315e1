import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FleetDispatcher } from '../../fleet/coordinator/dispatcher.ts';
import type { StoredRun } from '../../store/read-run.ts';
import { activityWords } from '../activity-words.ts';
import { html, type Html } from '../markup/html.ts';
import { badge, signOf } from '../markup/signs.ts';
import { table } from '../markup/table.ts';

/** What the page shows. */
interface Overview {
  fleet: Pick<FleetDispatcher, 'session' | 'hosts' | 'counts' | 'doingOf'>;
  runs: readonly StoredRun[];
  /** Seconds until the browser asks again. */
  reload: number;
}

/** The style of the report. */
export function styleSheet(): string {
  return readFileSync(path.join(import.meta.dirname, '../site/assets/style.css'), 'utf8');
}

/** The matrix of a fleet while it fills: each cell with its outcome, or with the host that runs it. */
export function overviewPage({ fleet, runs, reload }: Overview): string {
  const { submitted, accepted, givenUp, notApplicable, lost, suspect } = fleet.counts;
  const ended = accepted + givenUp + notApplicable;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="refresh" content="${reload}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Fleet · dockerd-leak-lab</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <header><a href="/">dockerd-leak-lab</a></header>
        <main id="main">
          <h1>Fleet</h1>
          <p>
            The run ${fleet.session}: ${ended} of ${submitted} cells have ended. ${lost} results were lost and are tried
            again; ${suspect} were withdrawn. <a href="/queues">Queues</a> · <a href="/metrics">Metrics</a>
          </p>
          <h2>Hosts</h2>
          ${hostTable(fleet)} ${runs.map((run) => runSection(run, fleet))}
        </main>
      </body>
    </html> `;
  return page.text;
}

function hostTable({ hosts }: Overview['fleet']): Html {
  return table(
    'The hosts of the fleet',
    ['host', 'state', 'cells running', 'CPUs', 'machines', 'canary'],
    [...hosts.values()].map(({ name, state, running, cpus, machines, canary }) => [
      name,
      state,
      `${running.length}`,
      `${cpus}`,
      machines
        .filter(({ description }) => description)
        .map(({ kind }) => kind)
        .join(', '),
      canary ? (canary.good ? `good at ${canary.at}` : 'failed') : 'none yet',
    ]),
  );
}

function runSection({ run, cells }: StoredRun, fleet: Overview['fleet']): Html {
  const byName = Map.groupBy(cells, ({ plan }) => plan.name);
  return html`<section>
    <h2>${run.scenario} on ${run.machine.kind}</h2>
    ${table(
      `The cells of ${run.scenario}`,
      ['cell', 'outcome', 'host'],
      run.cells.flatMap((name) => {
        const tried = byName.get(name) ?? [];
        if (tried.length > 0)
          return tried.map(({ verdict }) => [
            name,
            badge(signOf(verdict?.outcome ?? 'not-finished')),
            verdict?.host ?? '',
          ]);
        const now = fleet.doingOf(name);
        return [[name, now ? (now.doing ? activityWords(now.doing) : 'running') : 'waiting', now?.host ?? '']];
      }),
    )}
  </section>`;
}
