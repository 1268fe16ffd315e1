import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { containerRoutes } from '../api/containers.ts';
import { imageRoutes } from '../api/images.ts';
import { networkRoutes } from '../api/networks.ts';
import { statsRoutes } from '../api/stats.ts';
import { systemRoutes } from '../api/system.ts';
import { ensureBridge } from '../bridge.ts';
import { Collector, NotFound, NotRunning } from '../collector.ts';
import { Connections } from '../connections.ts';
import { Containers } from '../containers.ts';
import type { Daemon } from '../daemon.ts';
import { Events } from '../events.ts';
import { readFlags, type Flags } from '../flags.ts';
import { createRouter } from '../http/router.ts';
import { createHttpServer } from '../http/server.ts';
import { Images } from '../images.ts';
import { commit, explanation, label, version } from '../../../../vms/replica/label.ts';
import { endLeftOver, stopAll, takeOver } from '../hand-over.ts';
import { LifeCycle } from '../life-cycle.ts';
import { createLog, type Log } from '../log.ts';
import { Networks } from '../networks.ts';
import { readInterfaces, readStats } from '../read-stats.ts';
import { isRunning } from '../record.ts';
import { restoreSandboxes } from '../restore.ts';
import { stateRoot } from '../state.ts';
import type { StatsFrame } from '../stats-frame.ts';
import { Supervisor } from '../supervisor.ts';

const flags = readFlags(process.argv.slice(2));
if (flags.version) {
  process.stdout.write(`Docker version ${version}, build ${commit}\n`);
} else {
  await run(flags);
}

async function run(given: Flags): Promise<void> {
  const log = createLog(given.debug, (line) => process.stderr.write(line));
  log.warning(`This is ${label}: ${explanation}`);
  requireAlone(given.pidFile, log);
  const daemon = await assemble(given, log);
  const routes = [containerRoutes, statsRoutes, imageRoutes, systemRoutes, networkRoutes].flatMap((of) => of(daemon));
  const server = createHttpServer(createRouter(routes, log));
  rmSync(given.socket, { force: true });
  server.listen({ path: given.socket, backlog: 4096 }, () => {
    chmodSync(given.socket, 0o660);
    log.info(`API listen on ${given.socket}`);
  });
  daemon.collector.run();
  const stop = (name: string) => {
    log.info(`Processing signal '${name}'`);
    void shutDown(daemon, log);
  };
  process.once('SIGTERM', () => stop('terminated')).once('SIGINT', () => stop('interrupt'));
}

async function assemble(given: Flags, log: Log): Promise<Daemon> {
  // A daemon before this one has left its records.
  if (existsSync(stateRoot)) log.info('[graphdriver] using prior storage driver: overlay2');
  const containers = new Containers();
  const images = new Images(log);
  const networks = new Networks();
  const connections = new Connections(networks, log);
  const events = new Events();
  const collector = new Collector((id) => statsOf(containers, networks, id), log, given.fixes);
  const supervisor = new Supervisor({ containers, images, connections, events, log });
  const lifeCycle = new LifeCycle({ supervisor, containers, collector, events, log });
  const handOver = { containers, supervisor, lifeCycle, log };
  log.info('Loading containers: start.');
  containers.load(log);
  await ensureBridge();
  if (!given.liveRestore) await endLeftOver(handOver);
  await restoreSandboxes({ containers, networks, connections, log });
  await takeOver(handOver);
  log.info('Loading containers: done.');
  log.info('Daemon has completed initialization');
  log.info('Docker daemon', { commit, graphdriver: 'overlay2', version });
  return { flags: given, containers, images, networks, connections, collector, supervisor, lifeCycle, events, log };
}

/** Reads a container's statistics for the collector, in the order of 1.13.1: the cgroups first, then the sandbox. */
function statsOf(containers: Containers, networks: Networks, id: string): StatsFrame {
  const container = containers.find(id);
  if (!isRunning(container)) throw new NotRunning(`Container ${id} is not running`);
  const frame = readStats(id);
  const sandbox = networks.sandbox(container.network.sandbox);
  if (!sandbox) throw new NotFound(`sandbox ${container.network.sandbox} not found`);
  if (!sandbox.hasNamespace || sandbox.endpoints.length === 0) return frame;
  const interfaces = readInterfaces(container.state.pid);
  return Object.keys(interfaces).length > 0 ? { ...frame, networks: interfaces } : frame;
}

async function shutDown({ flags: given, containers, supervisor, lifeCycle }: Daemon, log: Log): Promise<void> {
  const goOn = given.liveRestore && containers.all().some(isRunning);
  if (!goOn) await stopAll({ containers, supervisor, lifeCycle, log });
  log.debug('Clean shutdown succeeded');
  for (const file of [given.socket, given.pidFile]) rmSync(file, { force: true });
  process.exit(0);
}

function requireAlone(file: string, log: Log): void {
  const pid = Number(textOf(file));
  if (pid > 0 && pid !== process.pid && textOf(`/proc/${pid}/cmdline`) !== '') {
    log.fatal(`Error starting daemon: pid file found, ensure docker is not running or delete ${file}`);
    process.exit(1);
  }
  writeFileSync(file, `${process.pid}`);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
