import { create, get, patience, post, remove, sleeps, stats } from './asks.ts';
import type { Step } from './step.ts';

const hanging = (container: string): Step => ({
  name: `ask for ${container} and wait`,
  method: 'GET',
  path: `/v1.25/containers/${container}/stats?stream=0`,
  keepOpen: true,
});

/** Two containers that a restart of the daemon costs their network namespaces, and what helps. */
export const lost: readonly Step[] = [
  create('lost-a', sleeps),
  create('lost-b', sleeps),
  post('start lost-a', '/v1.25/containers/lost-a/start'),
  post('start lost-b', '/v1.25/containers/lost-b/start'),
  { name: 'restart of the daemon', start: true },
  get('list what was restored', '/v1.25/containers/json'),
  get('inspect what was lost', '/v1.25/containers/lost-a/json'),
  get('the network without them', '/v1.25/networks/bridge'),
  stats('stats of what was lost', 'lost-a'),
  {
    name: 'a stream of what was lost',
    method: 'GET',
    path: '/v1.25/containers/lost-a/stats?stream=1',
    until: 'frame',
    ticks: patience,
  },
  {
    name: 'a half-close',
    method: 'GET',
    path: '/v1.25/containers/lost-a/stats?stream=0',
    halfClose: true,
    ticks: patience,
  },
  post('disconnect what was lost', '/v1.25/networks/bridge/disconnect', { Container: 'lost-a' }),
  hanging('lost-a'),
  hanging('lost-b'),
  stats('stats of both', 'lost-b', 2),
  post('connect what was lost', '/v1.25/networks/bridge/connect', { Container: 'lost-a' }),
  { name: 'connecting answers', settles: 'ask for lost-a and wait', ticks: patience },
  stats('stats without networks', 'lost-a'),
  get('inspect what was connected', '/v1.25/containers/lost-a/json'),
  post('restart what was lost', '/v1.25/containers/lost-b/restart?t=5'),
  { name: 'restarting answers', settles: 'ask for lost-b and wait', ticks: patience },
  stats('stats of what was restarted', 'lost-b'),
  get('inspect what was restarted', '/v1.25/containers/lost-b/json'),
  remove('lost-a'),
  remove('lost-b'),
];
