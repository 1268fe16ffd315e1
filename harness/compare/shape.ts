import { opaque, telling } from './body-rules.ts';
import { normalise } from './placeholders.ts';

/** A JSON value without what differs from run to run: what is left has to be the same. */
export type Shape = string | boolean | null | Shape[] | { [key: string]: Shape };

/** The purpose of a shape. */
export interface ShapeContext {
  /** Path of the request, without its version and query. */
  route: string;
  /** The daemon's data root. */
  root: string;
}

/** The shape of a body: of one JSON value, of the lines of several, or of a text. */
export function shapeOfBody(body: string, context: ShapeContext): Shape {
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  try {
    const values: unknown[] = lines.map((line) => JSON.parse(line));
    const [only] = values;
    if (values.length === 1) return shapeOf(only, '', context);
    return values.map((value) => shapeOf(value, '', context));
  } catch {
    return normalise(body, context.root);
  }
}

function shapeOf(value: unknown, path: string, context: ShapeContext): Shape {
  if (opaque.some((rule) => rule.route.test(context.route) && rule.path.test(path))) return `<${kindOf(value)}>`;
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return normalise(value, context.root);
  if (typeof value === 'number') return telling.test(path) ? `${value}` : '<number>';
  if (Array.isArray(value)) return ordered(value.map((one) => shapeOf(one, `${path}[]`, context)));
  const entries = Object.entries(Object(value)).map(([key, one]): [string, Shape] => {
    const name = normalise(key, context.root);
    return [name, shapeOf(one, `${path}.${name}`, context)];
  });
  return merged(entries);
}

/** The type of a value, and whether it is empty: `number`, `empty string`, `list`, … */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'empty list' : 'list';
  return value === '' ? 'empty string' : typeof value;
}

/** Lists are sets to a reader of the API: order is left out, and of many numbers one says it. */
function ordered(items: Shape[]): Shape[] {
  const numbers = items.every((item) => item === '<number>') ? items.slice(0, 1) : items;
  return numbers
    .map((item) => JSON.stringify(item))
    .sort()
    .map((text): Shape => JSON.parse(text));
}

/** Keys that were ids are the same now: their values are distinguished by a number, in an order of their own. */
function merged(entries: [string, Shape][]): { [key: string]: Shape } {
  const inOrder = entries.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const result: { [key: string]: Shape } = {};
  for (const [key, shape] of inOrder) {
    let name = key;
    for (let number = 2; name in result; number++) name = `${key} ${number}`;
    result[name] = shape;
  }
  return result;
}
