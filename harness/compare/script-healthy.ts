import { create, get, post, remove, sleeps } from './asks.ts';
import type { Step } from './step.ts';

/** A container that writes to both of its streams and ends. */
const talks = { Image: sleeps.Image, Cmd: ['/bin/sh', '-c', 'echo out; echo err >&2'] };

const filtered = (filters: unknown): string =>
  `/v1.25/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify(filters))}`;

/** A daemon without containers. */
const empty: readonly Step[] = [
  { name: 'start of the daemon', start: true },
  get('ping', '/_ping'),
  get('version', '/version'),
  get('version of an older API', '/v1.25/version'),
  get('version of a newer API', '/v1.41/version'),
  get('version of an API too old', '/v1.11/version'),
  get('info', '/info'),
  get('images', '/images/json'),
  get('inspect an image', '/v1.25/images/dockerd-leak-lab/busybox/json'),
  get('inspect an image that is not there', '/v1.25/images/nope/json'),
  get('list nothing', '/v1.25/containers/json'),
  get('networks', '/v1.25/networks'),
  get('no such route', '/v1.25/nothing'),
  { name: 'the wrong method', method: 'DELETE', path: '/v1.25/info' },
  get('inspect a container that is not there', '/v1.25/containers/nope/json'),
  get('an error of an older API', '/v1.23/containers/nope/json'),
  get('stats of a container that is not there', '/v1.25/containers/nope/stats?stream=0'),
  post('start a container that is not there', '/v1.25/containers/nope/start'),
];

/** Requests with errors in a new container. */
const creating: readonly Step[] = [
  create('web', { ...sleeps, HostConfig: { NetworkMode: 'bridge', RestartPolicy: { Name: 'always' } } }),
  post('create without a command', '/v1.25/containers/create?name=x1', { Image: sleeps.Image }),
  post('create from an image that is not there', '/v1.25/containers/create?name=x2', { ...sleeps, Image: 'nope' }),
  post('create with a name that is taken', '/v1.25/containers/create?name=web', sleeps),
  post('create with a bad name', '/v1.25/containers/create?name=%21', sleeps),
  post('create with bad JSON', '/v1.25/containers/create', '{bad'),
  {
    name: 'create without a type',
    method: 'POST',
    path: '/v1.25/containers/create',
    headers: { 'Content-Type': 'text/plain' },
    body: sleeps,
  },
];

/** The life of a container that is healthy. */
const living: readonly Step[] = [
  get('inspect before the start', '/v1.25/containers/{web}/json'),
  get('stats before the start', '/v1.25/containers/{web}/stats?stream=0'),
  post('start', '/v1.25/containers/{web}/start'),
  post('start again', '/v1.25/containers/{web}/start'),
  get('inspect', '/v1.25/containers/{web}/json'),
  get('inspect by name', '/v1.25/containers/web/json'),
  get('list', '/v1.25/containers/json'),
  get('list all', '/v1.25/containers/json?all=1'),
  get('list by name', filtered({ name: ['web'] })),
  get('list by another name', filtered({ name: ['nope'] })),
  get('list by status', filtered({ status: ['exited'] })),
  get('list by a filter that is none', filtered({ colour: ['red'] })),
  get('stats once', '/v1.25/containers/{web}/stats?stream=0'),
  { name: 'stats as a stream', method: 'GET', path: '/v1.25/containers/{web}/stats?stream=1', until: 'frame' },
  get('inspect the network', '/v1.25/networks/bridge'),
  get('inspect a network that is not there', '/v1.25/networks/nope'),
  post('connect where it is', '/v1.25/networks/bridge/connect', { Container: 'web' }),
  post('connect to a network that is not there', '/v1.25/networks/nope/connect', { Container: 'web' }),
  post('connect a container that is not there', '/v1.25/networks/bridge/connect', { Container: 'nope' }),
  post('disconnect', '/v1.25/networks/bridge/disconnect', { Container: 'web' }),
  post('disconnect again', '/v1.25/networks/bridge/disconnect', { Container: 'web' }),
  get('stats without a network', '/v1.25/containers/{web}/stats?stream=0'),
  post('connect', '/v1.25/networks/bridge/connect', { Container: 'web' }),
  get('stats when connected', '/v1.25/containers/{web}/stats?stream=0'),
  post('exec', '/v1.25/containers/web/exec', { Cmd: ['true'] }),
  post('restart', '/v1.25/containers/{web}/restart?t=5'),
  { name: 'remove while it runs', method: 'DELETE', path: '/v1.25/containers/{web}' },
];

/** The end of a container. */
const ending: readonly Step[] = [
  create('talks', talks),
  post('start talks', '/v1.25/containers/talks/start'),
  post('wait for one that ends by itself', '/v1.25/containers/talks/wait'),
  get('its output', '/v1.25/containers/talks/logs?stdout=1'),
  get('its errors', '/v1.25/containers/talks/logs?stderr=1'),
  get('logs of no stream', '/v1.25/containers/talks/logs'),
  get('inspect what has ended', '/v1.25/containers/talks/json'),
  get('stats of what has ended', '/v1.25/containers/talks/stats?stream=0'),
  post('kill what has ended', '/v1.25/containers/talks/kill'),
  post('stop what has ended', '/v1.25/containers/talks/stop'),
  remove('talks'),
  create('killed', sleeps),
  post('start killed', '/v1.25/containers/killed/start'),
  { name: 'wait', method: 'POST', path: '/v1.25/containers/killed/wait', keepOpen: true },
  get('list two', '/v1.25/containers/json'),
  post('kill with a signal that is none', '/v1.25/containers/killed/kill?signal=NOPE'),
  post('kill', '/v1.25/containers/killed/kill'),
  { name: 'the waiting one is told', settles: 'wait' },
  post('stop', '/v1.25/containers/web/stop?t=5'),
  get('inspect what was stopped', '/v1.25/containers/web/json'),
  get('list what has ended', filtered({ status: ['exited'] })),
  remove('killed'),
  remove('web'),
  { name: 'remove what is gone', method: 'DELETE', path: '/v1.25/containers/web' },
];

/** A daemon whose containers are in order, from its start on. */
export const healthy: readonly Step[] = [...empty, ...creating, ...living, ...ending];
