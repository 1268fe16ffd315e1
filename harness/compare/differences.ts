import { aspectsOf, type Aspects } from './aspects.ts';
import { bodyDifferences, missing } from './body-differences.ts';
import { logDifferences } from './log-differences.ts';
import type { Observation } from './play.ts';
import { describeStep } from './step.ts';

/** One thing in which two daemons differ, and everywhere where they do. */
export interface Difference {
  /** `inspect: GET /containers/web/json`, in the script's order; empty for what no single request shows. */
  requests: string[];
  /** `answer`, `status`, `header Server`, `body .State.Pid`, `log`. */
  what: string;
  real: string;
  replica: string;
}

type Add = (request: string | undefined, what: string, real: string, replica: string) => void;

/**
 * Every difference between what two daemons did with the same script, in its order.
 *
 * @throws {Error} when it was not the same script.
 */
export function differencesOf(real: readonly Observation[], replica: readonly Observation[]): Difference[] {
  const found = new Map<string, Difference>();
  const add: Add = (request, what, one, other) => {
    if (one === other) return;
    const key = JSON.stringify([what, one, other]);
    const difference = found.get(key) ?? { requests: [], what, real: one, replica: other };
    // A body may have the same thing in several places.
    if (request !== undefined && !difference.requests.includes(request)) difference.requests.push(request);
    found.set(key, difference);
  };
  const roots = { real: rootOf(real), replica: rootOf(replica) };
  for (const [index, one] of real.entries()) {
    const other = replica[index];
    const request = describeStep(one.step);
    if (!other || describeStep(other.step) !== request) throw new Error(`the replica has not played "${request}"`);
    if (!one.exchange || !other.exchange) continue;
    compareAspects(request, aspectsOf(one, roots.real), aspectsOf(other, roots.replica), add);
  }
  for (const one of logDifferences(real, replica, roots)) add(one.request, 'log', one.real, one.replica);
  return [...found.values()];
}

function compareAspects(request: string, one: Aspects, other: Aspects, add: Add): void {
  add(request, 'answer', one.answer, other.answer);
  // The rest follows from it, or is not there.
  if (one.answer !== other.answer) return;
  add(request, 'status', `${one.status}`, `${other.status}`);
  for (const name of new Set([...one.headers.keys(), ...other.headers.keys()])) {
    add(request, `header ${name}`, one.headers.get(name) ?? missing, other.headers.get(name) ?? missing);
  }
  for (const { path, real, replica } of bodyDifferences(one.body, other.body)) {
    add(request, `body ${path}`.trim(), real, replica);
  }
}

/** The data root of a daemon: it says so itself. */
function rootOf(observations: readonly Observation[]): string {
  for (const { exchange } of observations) {
    const root = /"DockerRootDir":"([^"]+)"/.exec(exchange?.response ?? '')?.[1];
    if (root !== undefined) return root;
  }
  return '';
}
