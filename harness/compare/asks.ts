import { burstTicks } from '../dosing/answers.ts';
import type { Step } from './step.ts';

/** A container that sleeps until it is killed. */
export const sleeps = { Image: 'dockerd-leak-lab/busybox', Cmd: ['/bin/sleep', '86400'], StopSignal: 'SIGKILL' };

/** Asks for something. */
export function get(name: string, path: string): Step {
  return { name, method: 'GET', path };
}

/** Has something done, with a body where one is given. */
export function post(name: string, path: string, body?: unknown): Step {
  return { name, method: 'POST', path, ...(body !== undefined && { body }) };
}

/** Makes a container that other steps then ask for by its name, or as `{name}` by its id. */
export function create(container: string, body: unknown): Step {
  return post(`create ${container}`, `/v1.25/containers/create?name=${container}`, body);
}

/** Removes a container, whether it runs or not. */
export function remove(container: string): Step {
  return { name: `remove ${container}`, method: 'DELETE', path: `/v1.25/containers/${container}?force=1` };
}

/** Ticks after which a call of stats counts as never answered. */
export const patience = burstTicks;

/** Asks for one sample of a container's stats. */
export function stats(name: string, container: string, ticks = patience): Step {
  return { name, method: 'GET', path: `/v1.25/containers/${container}/stats?stream=0`, ticks };
}
