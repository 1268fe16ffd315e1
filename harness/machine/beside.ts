import type { Readable, Writable } from 'node:stream';
import { NotApplicableError } from '../core/errors.ts';
import type { Ending, Machine } from './contract.ts';

/** The needs of a program on the host to run beside a cell's daemon. A machine that boots shows them from the start. */
export interface BesideFiles {
  /** Absolute paths of files and directories of the host, which it finds at the same paths. Empty with a userland. */
  files: readonly string[];
  /** Root directory, on the host, of a userland that it runs in instead. */
  userland?: string;
}

/** A program to run next to the cell's daemon: in its namespaces, but with files of the host, e.g. a client in Node. */
export interface BesideProgram extends BesideFiles {
  /** Its words; `seen` turns the path of a file or socket of the cell into the one under which it finds that. */
  words: (seen: (path: string) => string) => readonly string[];
}

/** A program beside the daemon, which can be talked to. It ends with the machine at the latest. */
export interface Beside {
  /** Process id, as the cell sees it. */
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles, and never rejects, when it has ended and all that it said is in its streams. */
  readonly exited: Promise<Ending>;
  /** With SIGKILL; nothing when it has ended. */
  kill(): void;
}

/** Beside the interface: a machine where programs of the host can run next to the cell's. */
export interface StartsBeside {
  /** Resolves when the program runs; what goes wrong with it later is in its streams and its ending. */
  startBeside(program: BesideProgram): Promise<Beside>;
}

/** Asks for the capability of {@link StartsBeside}. @throws {NotApplicableError} where a machine does not have it */
export function requireBeside(machine: Machine): asserts machine is Machine & StartsBeside {
  if ('startBeside' in machine) return;
  throw new NotApplicableError({
    doing: 'starting a client beside the daemon',
    expected: 'a machine in which programs of the host can run',
    happened: `no program of the host runs in ${machine.description.machine}`,
    hint: 'take --machine local or microvm',
  });
}
