import { create, get, post, remove, sleeps, stats } from './asks.ts';
import type { Step } from './step.ts';

/** Looks at a container and its network: what stats say, what the daemon knows of its endpoint, who is in the network. */
const look = (when: string, container: string): readonly Step[] => [
  stats(`stats of ${container} ${when}`, container),
  get(`inspect ${container} ${when}`, `/v1.25/containers/${container}/json`),
  get(`the network of ${container} ${when}`, '/v1.25/networks/bridge'),
];

/**
 * An operator's remedies for containers that have lost their namespaces, each followed by a look and by one more
 * restart of the daemon. The bodies show what a mere "answered" hides: a restored sandbox without its endpoints.
 */
export const remedied: readonly Step[] = [
  create('mend-a', sleeps),
  create('mend-b', sleeps),
  post('start mend-a', '/v1.25/containers/mend-a/start'),
  post('start mend-b', '/v1.25/containers/mend-b/start'),
  { name: 'the restart that loses', start: true, noteNamespaces: true },
  ...look('when it is lost', 'mend-a'),

  { name: 'namespaces mounted again', start: true, mountAgain: true },
  ...look('mounted again', 'mend-a'),
  post('disconnect what was mounted again', '/v1.25/networks/bridge/disconnect', { Container: 'mend-a' }),
  { name: 'the next restart', start: true },
  ...look('after the next restart', 'mend-a'),

  { name: 'flags removed', start: true, mountFlags: 'unset' },
  ...look('with the flags removed', 'mend-b'),
  post('restart mend-b', '/v1.25/containers/mend-b/restart?t=5'),
  ...look('restarted without the flags', 'mend-b'),
  { name: 'the last restart', start: true },
  ...look('restarted without the flags, after the last restart', 'mend-b'),
  remove('mend-a'),
  remove('mend-b'),
];
