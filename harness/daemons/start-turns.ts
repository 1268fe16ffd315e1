import os from 'node:os';
import path from 'node:path';
import { cacheDirectory } from '../fetch/cache.ts';
import { holdLock } from '../fetch/lock.ts';
import type { Machine } from '../machine/contract.ts';
import { makeEachDirectory } from '../store/make-directory.ts';
import { turns } from './turns.ts';

/** Starts of containers on this kernel at once. Two that spin on two cores keep RCU from ending, and with that each other. */
export const mostStarts = Math.max(1, Math.floor(os.availableParallelism() / 2));

/** Milliseconds. A start takes 0.3 s, and that of a daemon that a cell has made hang never ends. */
const patience = { wait: 20_000, keep: 2000 };

let begun = 0;

const inTurn = turns(mostStarts, patience, async (signal) => {
  const locks = path.join(cacheDirectory(), 'locks');
  await makeEachDirectory(locks);
  return holdLock(path.join(locks, `container-start-${begun++ % mostStarts}.lock`), () => {}, signal);
});

/**
 * Starts a container. On this kernel the starts of all cells of all runs go in turns: who moves an interface into a network namespace holds the
 * kernel's RTNL lock during an rcu_barrier(), and dockerd's `set-ipv6` spins until it is free. With six cells that started three containers each at
 * once, the spinning took a third to two thirds of all CPU time; two such runs side by side took 525 s of it in 320 s, and ended no cell.
 */
export function startInTurn<T>(machine: Machine, start: () => Promise<T>): Promise<T> {
  return machine.description.kernel === os.release() ? inTurn(start) : start();
}
