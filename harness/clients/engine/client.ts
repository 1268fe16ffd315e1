import { createInterface } from 'node:readline';
import { LabError, lastLines } from '../../core/errors.ts';
import { ownProgram } from '../../core/own-program.ts';
import type { BesideProgram, StartsBeside } from '../../machine/beside.ts';
import { limitOn } from '../../machine/limit-on.ts';
import type { Machine } from '../../machine/contract.ts';
import type { Behaviour } from '../common/behaviour.ts';
import { nodeProgram } from '../common/node-program.ts';
import type { Order } from './protocol.ts';
import { clientReport, type Report } from '../../evidence/client-report.ts';

/** A program beside a cell's daemon that takes the orders of the engine, and reports. */
export interface Told extends AsyncDisposable {
  /** Its process id, as the cell sees it. */
  readonly pid: number;
  /** Sends it an order, and resolves with the results of its calls when the order is done. */
  tell(order: Order): Promise<Report>;
  /** Ends it with SIGKILL, and waits for its end. */
  kill(): Promise<void>;
}

/** A client that runs beside a cell's daemon as a process of its own. */
export interface Client extends Told {
  readonly behaviour: Behaviour;
}

const main = ownProgram(import.meta.dirname, 'main');

/** Milliseconds for one order, on a host; 15,000 calls take some 2 s. */
const orderLimit = 120_000;

/** Milliseconds for a client to end when its input does, on a host. */
const endLimit = 10_000;

/** The program of a behaviour, for the daemon whose socket is at `socketPath` in the cell. */
export function engineProgram(socketPath: string, behaviour: Behaviour): Promise<BesideProgram> {
  return nodeProgram(main, (seen) => [seen(socketPath), JSON.stringify(behaviour)], ['--max-semi-space-size=2']);
}

/** Starts a client next to the daemon whose socket is at `socketPath` in the cell. */
export async function startClient(
  machine: Machine & StartsBeside,
  socketPath: string,
  behaviour: Behaviour,
): Promise<Client> {
  return startProgram(machine, await engineProgram(socketPath, behaviour), behaviour);
}

/** Starts any program that speaks the engine's protocol: orders on its standard input, reports on its output. */
export async function startProgram(
  machine: Machine & StartsBeside,
  program: BesideProgram,
  behaviour: Behaviour,
): Promise<Client> {
  return { behaviour, ...(await startTold(machine, program, behaviour.name)) };
}

/**
 * Starts a program that speaks the engine's protocol.
 *
 * @param name for errors
 */
export async function startTold(machine: Machine & StartsBeside, program: BesideProgram, name: string): Promise<Told> {
  const patience = limitOn(machine, orderLimit);
  const beside = await machine.startBeside(program);
  const said: string[] = [];
  let errors = '';
  let hasEnded = false;
  let notify = () => {};
  beside.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  beside.stdin.on('error', () => {});
  void beside.exited.then(() => {
    hasEnded = true;
    notify();
  });
  createInterface({ input: beside.stdout }).on('line', (line) => {
    said.push(line);
    notify();
  });
  const tell = async (order: Order): Promise<Report> => {
    beside.stdin.write(`${JSON.stringify(order)}\n`);
    const timeout = setTimeout(() => beside.kill(), patience);
    try {
      for (;;) {
        const line = said.shift();
        if (line !== undefined) return clientReport.schema.parse(JSON.parse(line));
        if (hasEnded) throw gone(name, order, patience, errors);
        await new Promise<void>((resolve) => (notify = resolve));
      }
    } finally {
      clearTimeout(timeout);
    }
  };
  await tell({ do: 'report' });
  return {
    pid: beside.pid,
    tell,
    async kill() {
      beside.kill();
      await beside.exited;
    },
    async [Symbol.asyncDispose]() {
      beside.stdin.end();
      const timeout = setTimeout(() => beside.kill(), limitOn(machine, endLimit));
      await beside.exited;
      clearTimeout(timeout);
    },
  };
}

function gone(name: string, order: Order, limit: number, errors: string): LabError {
  return new LabError({
    doing: `telling the client ${name}: ${JSON.stringify(order).slice(0, 100)}`,
    expected: `an answer within ${limit / 1000} s`,
    happened: 'the client ended',
    evidence: lastLines(errors, 10),
    hint: 'if it says nothing, look for its end in dmesg; fewer calls take less memory: --size calls=…',
  });
}
