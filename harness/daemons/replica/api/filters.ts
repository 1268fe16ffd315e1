import { asObject, asString, asStrings, decode } from '../json.ts';
import type { ContainerRecord } from '../record.ts';

/** Of the filters that 1.13.1 has for containers, those that the replica has too. */
const filters: Readonly<Record<string, (record: ContainerRecord, value: string) => boolean>> = {
  id: ({ id }, value) => new RegExp(value).test(id),
  name: ({ name }, value) => new RegExp(value).test(name),
  status: ({ state }, value) => state.status === value,
  label: ({ config }, value) => hasLabel(asObject(config['Labels']), value),
};

const states = new Set(['paused', 'restarting', 'removing', 'running', 'dead', 'created', 'exited']);

/** The `filters` of `GET /containers/json`. */
export interface Filter {
  matches: (record: ContainerRecord) => boolean;
  /** A status is asked for, so that containers that do not run count as well. */
  byStatus: boolean;
}

/**
 * Reads `filters`: `{"name":["web"]}`, or as of old `{"name":{"web":true}}`. A container has to match one value of each.
 *
 * @throws {Error} in 1.13.1's words.
 */
export function readFilter(text: string | null): Filter {
  const given = Object.entries(asObject(text === null || text === '' ? {} : decode(text)));
  const wanted = given.map(([name, value]): [string, string[]] => [
    name,
    Array.isArray(value) ? asStrings(value) : Object.keys(asObject(value)),
  ]);
  for (const [name, values] of wanted) {
    if (!(name in filters)) throw new Error(`Invalid filter '${name}'`);
    if (name === 'status' && !values.every((value) => states.has(value))) {
      throw new Error('Unrecognised filter value for status');
    }
  }
  return {
    matches: (record) => wanted.every(([name, values]) => values.some((value) => filters[name]?.(record, value))),
    byStatus: wanted.some(([name]) => name === 'status'),
  };
}

function hasLabel(labels: Readonly<Record<string, unknown>>, wanted: string): boolean {
  const [key = '', value] = wanted.split(/=(.*)/s);
  return key in labels && (value === undefined || asString(labels[key]) === value);
}
