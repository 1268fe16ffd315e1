import { behaviours, type Behaviour } from './behaviour.ts';
import { realClients } from './real-clients.ts';

/** Everyone who can ask a daemon for stats: behaviours that the engine executes, and real clients. */
export const clients: readonly Behaviour[] = [...behaviours, ...realClients];

/**
 * The client of that name.
 *
 * @throws {RangeError} when there is none.
 */
export function clientNamed(name: string): Behaviour {
  const found = clients.find((one) => one.name === name);
  if (!found) throw new RangeError(`no client is called ${name}`);
  return found;
}

/** The most calls that a client can hold in a cell; undefined for the engine, which holds tens of thousands. */
export function mostCallsOf(name: string): number | undefined {
  return realClients.find((one) => one.name === name)?.mostCalls;
}

/** Name of the container that a client is in which has one. */
export const clientContainer = 'agent';
