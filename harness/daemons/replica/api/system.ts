import os from 'node:os';
import type { Daemon } from '../daemon.ts';
import { infoView } from '../views/info.ts';
import { apiVersion, minApiVersion, type Call, type Route } from '../http/router.ts';
import { commit, explanation, version } from '../../../../vms/replica/label.ts';

/** The routes about the daemon as a whole. */
export function systemRoutes(daemon: Daemon): Route[] {
  return [
    { method: 'GET', path: '/_ping', handle: ({ response }) => response.end('OK') },
    { method: 'GET', path: '/events', handle: (call) => streamEvents(daemon, call) },
    { method: 'GET', path: '/info', handle: ({ response }) => response.json(infoView(daemon)) },
    { method: 'GET', path: '/version', handle: ({ response }) => response.json(versionView()) },
  ];
}

function versionView(): unknown {
  return {
    Version: version,
    ApiVersion: apiVersion,
    MinAPIVersion: minApiVersion,
    GitCommit: commit,
    GoVersion: `none, it runs on Node ${process.version}`,
    Os: 'linux',
    Arch: 'amd64',
    KernelVersion: os.release(),
    Replica: explanation,
  };
}

/** Events from now on, until `until`, the end of the connection, or for ever. What is past is not kept. */
async function streamEvents({ events }: Daemon, { response, query, onGone }: Call): Promise<void> {
  await response.flush();
  const stop = events.listen((event) => void response.write(`${JSON.stringify(event)}\n`));
  const until = Number.parseFloat(query.get('until') ?? '');
  await new Promise<void>((resolve) => {
    onGone(resolve);
    if (!Number.isNaN(until)) setTimeout(resolve, Math.max(0, until * 1000 - Date.now()));
  });
  stop();
}
