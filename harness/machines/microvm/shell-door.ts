import { createServer, type Server } from 'node:net';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ownProgram } from '../../core/own-program.ts';
import { shellCommand } from '../../core/shell-command.ts';

const enter = ownProgram(import.meta.dirname, 'enter');

/** A socket of the host behind which a shell of the guest is, for as long as the harness lives. */
export class ShellDoor implements AsyncDisposable {
  /** The command that a person types to enter. */
  readonly command: string;
  #server: Server;

  private constructor(server: Server, socket: string) {
    this.#server = server;
    this.command = shellCommand([process.execPath, enter, socket]);
  }

  /** @param open opens a new shell, for each who comes */
  static async open(directory: string, open: () => Duplex): Promise<ShellDoor> {
    const socket = path.join(directory, 'shell.sock');
    const server = createServer((visitor) => {
      // A visitor that leaves, or a guest that ends, closes both; there is no one to report to.
      pipeline(visitor, open(), visitor).catch(() => visitor.destroy());
    });
    // Visitors do not keep the process alive.
    server.unref();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socket, resolve);
    });
    return new ShellDoor(server, socket);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
