import { levelOf, type Cell } from '../../harness/core/cell.ts';
import { hasApi } from './api-versions.ts';
import { endpoints } from './endpoints.ts';
import { level } from './factors.ts';
import { leavings } from './leavings.ts';

/** Why a cell makes no sense for a docker; undefined when it does. */
export function notApplicable(cell: Cell, version: string): string | undefined {
  const endpoint = level(cell, 'endpoint');
  const leaving = level(cell, 'leaving');
  const container = level(cell, 'container');
  const { api, sign, ofContainer } = endpoints[endpoint];
  const { sends, leavesUnread } = leavings[leaving];
  if (levelOf(cell, 'daemon').startsWith('replica')) return 'a replica has no Go runtime to read';
  if (!hasApi(version, api)) return `${endpoint} needs API ${api}`;
  if (sends !== 'all' && (endpoint !== 'attach' || container !== 'silent')) {
    return 'until its request is whole, a call has no endpoint: see endpoint=attach, container=silent';
  }
  if (!ofContainer && container !== 'silent') return `${endpoint} is not about a container: see container=silent`;
  if (leavesUnread && sign.kind !== 'status') return `${endpoint} has no answer that could be left unread`;
  if (sign.kind === 'registry' && leaving === 'killed') return 'the stalled registry is in the process that is killed';
  const takesNoPaused = endpoint === 'attach' || endpoint === 'attach-websocket' || endpoint === 'exec-start';
  if (container === 'paused' && takesNoPaused) return `dockerd refuses ${endpoint} of a paused container`;
  return undefined;
}
