/** A JSON object of foreign origin. */
export type Json = Readonly<Record<string, unknown>>;

/** The value when it is an object, else an empty one. */
export function asObject(value: unknown): Json {
  return isObject(value) ? value : {};
}

/** The value when it is a string, else an empty one. */
export function asString(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The words of a command: Go's StrSlice takes a string for one word. */
export function asStrings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON as Go's encoder writes it: `<`, `>` and `&` escaped, and a newline at the end. */
export function encode(value: unknown): string {
  const escaped = JSON.stringify(value).replaceAll(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  return `${escaped}\n`;
}

/** A value with the keys of its objects in the order in which Go writes those of a map. */
export function inKeyOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inKeyOrder);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, inKeyOrder(one)]));
}

/**
 * Parses a body.
 *
 * @throws {Error} in the words of Go's encoding/json, as far as they can be guessed from V8's.
 */
export function decode(text: string): unknown {
  if (text.trim() === '') throw new Error('EOF');
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const position = /at position (\d+)/.exec(message)?.[1];
    const sign = position === undefined ? undefined : text[Number(position)];
    if (sign === undefined) throw new Error('unexpected EOF', { cause: error });
    const wanted = message.startsWith('Expected property name')
      ? 'beginning of object key string'
      : 'beginning of value';
    throw new Error(`invalid character '${sign}' looking for ${wanted}`, { cause: error });
  }
}
