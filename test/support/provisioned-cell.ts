import path from 'node:path';
import type { ExecutionContext } from 'ava';
import type { LocalCell } from '../../harness/machines/local/local.ts';
import type { Ran } from '../../harness/machine/contract.ts';
import { openCell } from './box-cell.ts';

const scripts = path.resolve(import.meta.dirname, '../../vms/provision');

/** The log of the stand-ins. */
const called = '/tmp/called';

/** Milliseconds for a script: the slowest, which installs a package, takes some 0.3 s. */
const scriptLimit = 120_000;

/**
 * A cell in which the scripts that provision boxes are run as they are in a box. A cell has no systemd and no boot loader: systemctl,
 * grubby and update-grub are stand-ins, which note the words they get.
 */
export class ProvisionedCell implements AsyncDisposable {
  readonly cell: LocalCell;

  private constructor(cell: LocalCell) {
    this.cell = cell;
  }

  /** @param userland what is the root of the cell, by its name in `vms/debian.ts` */
  static async open(userland: string): Promise<ProvisionedCell> {
    await using onFailure = new AsyncDisposableStack();
    const cell = onFailure.use(await openCell(userland));
    for (const name of ['systemctl', 'grubby', 'update-grub']) {
      await cell.writeFile(`/usr/sbin/${name}`, `#!/bin/sh\necho "${name} $*" >>${called}\n`);
      await cell.run(['chmod', '755', `/usr/sbin/${name}`]);
    }
    onFailure.move();
    return new ProvisionedCell(cell);
  }

  /** Runs a script of `vms/provision/`, whose name is without `.sh`. */
  run(name: string, ...words: string[]): Promise<Ran> {
    return this.cell.run(['sh', path.join(scripts, `${name}.sh`), ...words], { timeout: scriptLimit });
  }

  /** A file of the cell. */
  async text(file: string): Promise<string> {
    return (await this.cell.readFile(file)).toString();
  }

  /** The log of the stand-ins since the last call. */
  async takeCalls(): Promise<string[]> {
    const lines = (await this.text(called).catch(() => '')).split('\n').filter(Boolean);
    await this.cell.writeFile(called, '');
    return lines;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cell[Symbol.asyncDispose]();
  }
}

/** The output of a program that has to succeed. */
export async function succeeds(t: ExecutionContext, ran: Promise<Ran>): Promise<string> {
  const { exitCode, stdout, stderr } = await ran;
  t.is(exitCode, 0, `${stdout}\n${stderr}`);
  return stdout;
}
