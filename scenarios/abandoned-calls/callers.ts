import { nodeProgram } from '../../harness/clients/common/node-program.ts';
import { startTold, type Told } from '../../harness/clients/engine/client.ts';
import { ownProgram } from '../../harness/core/own-program.ts';
import type { Report } from '../../harness/evidence/client-report.ts';
import type { StartsBeside } from '../../harness/machine/beside.ts';
import type { Machine } from '../../harness/machine/contract.ts';
import type { EndpointName } from './endpoints.ts';
import type { LeavingName } from './leavings.ts';

/** A caller beside the daemon: one process, or one after the other where each is killed. */
export interface Caller extends AsyncDisposable {
  /** The process that calls now. */
  pid(): number;
  /** Makes so many calls of a container, and waits until the daemon has taken them; resolves with the calls that are open. */
  call(count: number, container: string): Promise<number>;
  /** Leaves all of them; resolves with the calls that stay open. */
  leave(): Promise<number>;
  /** Closes what is open. */
  close(): Promise<void>;
  /** Ends its process, and with it the registry of `pull`. */
  end(): Promise<void>;
  /** The counts of all its processes. */
  report(): Promise<Report>;
}

/** The calls of a caller: where they go, and how they are left. */
export interface Calling {
  socket: string;
  endpoint: EndpointName;
  leaving: LeavingName;
  /** The command of each exec. */
  command: readonly string[];
}

const program = ownProgram(import.meta.dirname, 'caller');

/** Starts a caller. */
export async function startCaller(machine: Machine & StartsBeside, calling: Calling): Promise<Caller> {
  const { socket, endpoint, leaving, command } = calling;
  const start = async () => {
    const words = [endpoint, leaving, JSON.stringify(command)];
    return startTold(machine, await nodeProgram(program, (seen) => [seen(socket), ...words]), `${endpoint} ${leaving}`);
  };
  let now: Told = await start();
  const before: Report[] = [];
  return {
    pid: () => now.pid,
    call: async (calls, container) => (await now.tell({ do: 'send', calls, containers: [container] })).open,
    async leave() {
      const report = await now.tell({ do: 'give-up' });
      if (leaving !== 'killed') return report.open;
      await now.kill();
      before.push({ ...report, open: 0, givenUp: report.givenUp + report.open });
      now = await start();
      return 0;
    },
    close: async () => void (await now.tell({ do: 'close' })),
    end: () => now.kill(),
    report: async () => sumOf([...before, await now.tell({ do: 'report' })]),
    [Symbol.asyncDispose]: () => now[Symbol.asyncDispose](),
  };
}

/** The counts of processes that ran one after the other; time and memory are the last one's. */
export function sumOf(reports: readonly Report[]): Report {
  const [first, ...rest] = reports;
  if (!first) throw new RangeError('no process has reported');
  return rest.reduce((sum, one) => {
    const failures = { ...sum.failures };
    for (const [error, count] of Object.entries(one.failures)) failures[error] = (failures[error] ?? 0) + count;
    return {
      ...one,
      sent: sum.sent + one.sent,
      answered: sum.answered + one.answered,
      givenUp: sum.givenUp + one.givenUp,
      ended: sum.ended + one.ended,
      bytes: sum.bytes + one.bytes,
      unread: (sum.unread ?? 0) + (one.unread ?? 0),
      failures,
    };
  }, first);
}
