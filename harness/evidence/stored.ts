import { z } from 'zod';
import type { DeclaredMember } from './members.ts';

/** `observations.json` of schema 2: the evidence of a cell by the name of its member, each with the code of its kind. */
export const storedObservations = z.strictObject({
  schema: z.literal(2),
  evidence: z.record(z.string(), z.strictObject({ kind: z.string(), value: z.unknown() })),
});
export type StoredObservations = z.infer<typeof storedObservations>;

/** Whether observations are of schema 1: the plain value alone, without a member `schema` and without kinds. */
export function isOfSchema1(raw: unknown): boolean {
  return !(isObject(raw) && 'schema' in raw);
}

/** The value of a member with a name as `notes.profiles.heap`; undefined where there is none. */
export function valueAt(plain: unknown, name: string): unknown {
  let value = plain;
  for (const own of name.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, own)) return undefined;
    value = Object.entries(value).find(([key]) => key === own)?.[1];
  }
  return value;
}

/** The names of all members of a plain value; those below a declared member are its own. */
export function namesIn(plain: unknown, declared: readonly DeclaredMember[], within = ''): string[] {
  if (!isObject(plain)) return [];
  return Object.entries(plain)
    .filter(([, value]) => value !== undefined)
    .flatMap(([own, value]) => {
      const name = `${within}${own}`;
      const isGroup = declared.some((one) => one.name.startsWith(`${name}.`));
      return isGroup && isObject(value) ? namesIn(value, declared, `${name}.`) : [name];
    });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
