import type { ValueOf } from '../../evidence/registry.ts';
import type { NetnsFile } from '../../evidence/netns-files.ts';
import type { NetnsState } from '../../evidence/netns-state.ts';
import { wordsOfCode } from '../value-words.ts';
import type { StatsCall } from '../../evidence/stats-call.ts';
import type { StatsStream } from '../../evidence/stats-streams.ts';
import { html, type Html } from '../markup/html.ts';
import { badge, signOf } from '../markup/signs.ts';
import { number, numberOr, rowsOf, yesNo } from './renderer.ts';

/** The state of a network namespace, with its sign. */
export function netnsBadge(state: NetnsState): Html {
  return badge({ ...signOf(state === 'nsfs' ? 'as-expected' : 'unexpected'), words: wordsOfCode(state) });
}

/** The state of each container's network namespace. */
export function netnsTable(what: string, files: readonly NetnsFile[]): Html | undefined {
  const rows = files.map(({ path, magic, state }) => [
    html`<code>${path}</code>`,
    html`<code>${magic}</code>`,
    netnsBadge(state),
  ]);
  return rowsOf(what, ['file', 'stat -f -c %t', 'state'], rows);
}

/** The course of each stats call. */
export function callTable(what: string, calls: readonly StatsCall[]): Html | undefined {
  const rows = calls.map(({ container, answer, ticks, seconds, status, bytes, excerpt }) => [
    container,
    answer,
    ticks,
    number(seconds),
    status ?? '–',
    number(bytes),
    html`<code>${excerpt}</code>`,
  ]);
  return rowsOf(what, ['container', 'answer', 'ticks', 'seconds', 'status', 'bytes', 'start of the body'], rows);
}

/** The frames of each stats stream. */
export function streamTable(what: string, streams: readonly StatsStream[]): Html | undefined {
  const rows = streams.map(({ container, answer, ticks, frames, zeroedFrames }) => [
    container,
    answer,
    ticks,
    frames,
    zeroedFrames,
  ]);
  return rowsOf(what, ['container', 'answer', 'ticks', 'frames', 'zeroed frames'], rows);
}

/** Containers after the last start of their daemon. */
export function restoredTable(what: string, containers: ValueOf<'restored-containers'>): Html | undefined {
  const rows = containers.map((one) => [
    one.name,
    yesNo(one.running),
    yesNo(one.sameProcess),
    one.address || 'none',
    one.recordedAddress || 'none',
    yesNo(one.reachesGateway),
    yesNo(one.endpointKnown),
  ]);
  return rowsOf(
    what,
    [
      'container',
      'running',
      'same process',
      'address',
      'address by the daemon',
      'reaches its gateway',
      'endpoint known',
    ],
    rows,
  );
}

/** Containers of a host that has lost namespaces. */
export function remediedTable(what: string, containers: ValueOf<'remedied-containers'>): Html | undefined {
  const rows = containers.map((one) => [
    one.name,
    yesNo(one.running),
    yesNo(one.sameProcess),
    one.address || 'none',
    yesNo(one.sharesAddress),
    yesNo(one.reachesGateway),
  ]);
  return rowsOf(
    what,
    ['container', 'running', 'same process', 'address', 'shares its address', 'reaches its gateway'],
    rows,
  );
}

/** The calls that waited before a remedy. */
export function stuckTable(what: string, { before, after, answered }: ValueOf<'stuck-calls'>): Html | undefined {
  return rowsOf(
    what,
    ['calls that waited before', 'connections held after', 'calls answered'],
    [[numberOr(before), numberOr(after), numberOr(answered)]],
  );
}

/** The daemon's answer to each start or restart of a container. */
export function startTable(what: string, starts: ValueOf<'container-starts'>): Html | undefined {
  const rows = starts.map(({ container, daemonStart, request, status, message }) => [
    container,
    daemonStart,
    request ?? 'start',
    status,
    message && html`<code>${message}</code>`,
  ]);
  return rowsOf(what, ['container', 'start of dockerd', 'request', 'status', 'answer'], rows);
}

/** host.docker.internal in each container. */
export function hostGatewayTable(what: string, gateways: ValueOf<'host-gateways'>): Html | undefined {
  const rows = gateways.map(({ container, address, reached }) => [container, address || 'none', yesNo(reached)]);
  return rowsOf(what, ['container', 'address', 'reached'], rows);
}

/** The IPv6 address of each container. */
export function ipv6Table(what: string, addresses: ValueOf<'ipv6-addresses'>): Html | undefined {
  const rows = addresses.map((one) => [one.container, one.address || 'none', one.recordedAddress || 'none']);
  return rowsOf(what, ['container', 'address', 'address by the daemon'], rows);
}
