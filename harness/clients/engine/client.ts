import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { LabError, lastLines } from '../../errors.ts';
import type { StartsBeside } from '../../machines/machine.ts';
import type { Behaviour } from '../behaviour.ts';
import { report, type Order, type Report } from './protocol.ts';

/** A client that runs beside a cell's daemon as a process of its own. */
export interface Client extends AsyncDisposable {
  readonly behaviour: Behaviour;
  /** Its process id, as the cell sees it. */
  readonly pid: number;
  /** Tells it something, and resolves with what its calls have come to when that is done. */
  tell(order: Order): Promise<Report>;
}

const main = path.join(import.meta.dirname, 'main.ts');

/** Milliseconds for one order; 15,000 calls take some 2 s. */
const orderLimit = 120_000;

/** Starts a client next to the daemon whose socket is at `socketPath` in the cell. */
export function startClient(machine: StartsBeside, socketPath: string, behaviour: Behaviour): Promise<Client> {
  const { command, socket } = machine.beside(socketPath);
  const words = [...command, process.execPath, '--max-semi-space-size=2', main, socket, JSON.stringify(behaviour)];
  return startProgram(machine, words, behaviour);
}

/** Starts any program that speaks the engine's protocol: orders on its standard input, reports on its output. */
export async function startProgram(
  machine: StartsBeside,
  words: readonly string[],
  behaviour: Behaviour,
): Promise<Client> {
  const [program = '', ...rest] = words;
  const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'pipe'] });
  const said: string[] = [];
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdin.on('error', () => {});
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let notify = () => {};
  void ended.then(() => notify());
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line);
    notify();
  });
  const tell = async (order: Order): Promise<Report> => {
    child.stdin.write(`${JSON.stringify(order)}\n`);
    const timeout = setTimeout(() => child.kill('SIGKILL'), orderLimit);
    try {
      for (;;) {
        const line = said.shift();
        if (line !== undefined) return report.parse(JSON.parse(line));
        if (child.exitCode !== null || child.signalCode !== null) throw gone(behaviour, order, errors);
        await new Promise<void>((resolve) => (notify = resolve));
      }
    } finally {
      clearTimeout(timeout);
    }
  };
  await tell({ do: 'report' });
  return {
    behaviour,
    pid: await machine.pidBeside(child.pid ?? 0),
    tell,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      const timeout = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timeout);
    },
  };
}

function gone({ name }: Behaviour, order: Order, errors: string): LabError {
  return new LabError({
    doing: `telling the client ${name}: ${JSON.stringify(order).slice(0, 100)}`,
    expected: `an answer within ${orderLimit / 1000} s`,
    happened: 'the client ended',
    evidence: lastLines(errors, 10),
  });
}
