import { ApiError } from '../api-error.ts';
import { now } from '../clock.ts';
import type { Daemon } from '../daemon.ts';
import { fullHostConfig } from '../host-config.ts';
import type { Call, Route } from '../http/router.ts';
import { newId, newName } from '../identifier.ts';
import { asObject, asString } from '../json.ts';
import { commandOf, isRunning, newState, type ContainerRecord } from '../record.ts';
import { inspectView, listView } from '../views/container.ts';
import { readFilter } from './filters.ts';
import { streamLogs } from './logs.ts';

/** Seconds that a container is given to stop, where the client says nothing. */
const stopSeconds = 10;

/** The routes for containers. */
export function containerRoutes(daemon: Daemon): Route[] {
  const { containers, lifeCycle, log } = daemon;
  const post = (path: string, act: (container: ContainerRecord, call: Call) => Promise<unknown>): Route => ({
    method: 'POST',
    path,
    handle: async (call) => {
      await act(containers.find(call.name), call);
      if (!call.response.ended) await call.response.empty(204);
    },
  });
  return [
    { method: 'GET', path: '/containers/json', handle: (call) => list(daemon, call) },
    { method: 'GET', path: '/containers/{name:.*}/json', handle: (call) => inspect(daemon, call) },
    {
      method: 'GET',
      path: '/containers/{name:.*}/logs',
      handle: (call) => streamLogs(containers.find(call.name), call, log),
    },
    { method: 'POST', path: '/containers/create', handle: (call) => create(daemon, call) },
    post('/containers/{name:.*}/kill', (one, { query, name }) =>
      lifeCycle.kill(one, query.get('signal') || 'KILL', name),
    ),
    post('/containers/{name:.*}/restart', (one, { query }) => lifeCycle.restart(one, secondsOf(query))),
    post('/containers/{name:.*}/start', (one) => lifeCycle.start(one)),
    post('/containers/{name:.*}/stop', (one, { query, name }) => lifeCycle.stop(one, secondsOf(query), name)),
    post('/containers/{name:.*}/wait', (one, call) => wait(daemon, one, call)),
    {
      method: 'DELETE',
      path: '/containers/{name:.*}',
      handle: async ({ name, query, response }) => {
        await lifeCycle.remove(containers.find(name), isTrue(query.get('force')));
        return response.empty(204);
      },
    },
  ];
}

async function list({ containers }: Daemon, { query, response }: Call): Promise<void> {
  const filter = readFilter(query.get('filters'));
  const all = isTrue(query.get('all')) || filter.byStatus;
  await response.json(
    containers
      .all()
      .filter((one) => (all || isRunning(one)) && filter.matches(one))
      .map(listView),
  );
}

async function inspect({ containers, images }: Daemon, { name, response }: Call): Promise<void> {
  const record = containers.find(name);
  const image = images.all().find(({ id }) => id === record.imageId);
  await response.json(inspectView(record, image));
}

async function create({ containers, images, events }: Daemon, call: Call): Promise<void> {
  const given = asObject(await call.json());
  const { HostConfig: hostConfig, NetworkingConfig: _networking, ...config } = given;
  const name = call.query.get('name')?.replace(/^\//, '') || newName();
  const id = newId();
  const image = images.find(asString(config['Image']));
  const record: ContainerRecord = {
    id,
    name,
    created: now(),
    imageId: image.id,
    config,
    hostConfig: fullHostConfig(asObject(hostConfig)),
    state: newState(),
    restartCount: 0,
    manuallyStopped: false,
    network: { sandbox: '', endpoints: {} },
  };
  requireSound(record);
  requireFree(containers.named(name));
  containers.save(record);
  events.tell(record, 'create');
  await call.response.json({ Id: id, Warnings: null }, 201);
}

function requireSound(record: ContainerRecord): void {
  if (commandOf(record).length === 0) throw new ApiError(400, 'No command specified');
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(record.name)) {
    throw new ApiError(500, `Invalid container name (${record.name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
  }
}

function requireFree(holder: ContainerRecord | undefined): void {
  if (!holder) return;
  const hint = 'You have to remove (or rename) that container to be able to reuse that name.';
  throw new ApiError(
    409,
    `Conflict. The container name "/${holder.name}" is already in use by container ${holder.id}. ${hint}`,
  );
}

async function wait({ lifeCycle }: Daemon, record: ContainerRecord, { response, onGone }: Call): Promise<void> {
  await Promise.race([lifeCycle.exited(record), new Promise<void>((resolve) => onGone(resolve))]);
  await response.json({ StatusCode: record.state.exitCode });
}

function secondsOf(query: URLSearchParams): number {
  const given = query.get('t');
  const seconds = Number(given);
  if (Number.isNaN(seconds)) throw new Error(`strconv.ParseInt: parsing "${given ?? ''}": invalid syntax`);
  return given === null || given === '' ? stopSeconds : Math.max(0, seconds);
}

function isTrue(value: string | null): boolean {
  return value !== null && !['', '0', 'no', 'false', 'none'].includes(value.toLowerCase());
}
