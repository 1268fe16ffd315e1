import test from 'ava';
import { duration } from './duration.ts';
import { logLines } from './log-lines.ts';
import { optional } from './members.ts';
import { netnsFiles } from './netns-files.ts';
import { defineObservations } from './observations.ts';

const declared = defineObservations(
  {
    netns: { files: netnsFiles },
    lines: logLines,
    profiles: optional({ took: duration }),
    seconds: optional(duration),
  },
  ['seconds', 'netns'],
);
const file = { path: '/run/docker/netns/1', magic: '6e736673', state: 'nsfs' } as const;
const plain = { netns: { files: [file] }, lines: [] };
const stored = {
  schema: 2,
  evidence: { 'netns.files': { kind: 'netns-files', value: [file] }, lines: { kind: 'log-lines', value: [] } },
};

/** The issues of stored observations, each with its place. */
function issuesIn(raw: unknown): string[] {
  const read = declared.reader.safeParse(raw);
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('each member is stored with its kind, and what is absent is not', (t) => {
  t.deepEqual<unknown, unknown>(declared.store({ ...plain, seconds: undefined }), stored);
  t.deepEqual(declared.stored.parse(stored), stored);
  const all = { ...plain, seconds: 1, profiles: { took: 2 } };
  t.deepEqual<unknown, unknown>(declared.reader.parse(declared.store(all)), all);
});

test('a group may have members of any name', (t) => {
  const odd = defineObservations({ group: { optional: duration, kind: duration } });
  const value = { group: { optional: 1, kind: 2 } };
  t.deepEqual<unknown, unknown>(odd.reader.parse(odd.store(value)), value);
});

test('observations of schema 2 and of schema 1, which have no kinds, are read alike', (t) => {
  t.deepEqual<unknown, unknown>(declared.reader.parse(stored), plain);
  t.deepEqual<unknown, unknown>(declared.reader.parse(plain), plain);
});

test('a member of another kind, of another shape, or that is not declared', (t) => {
  const with1 = (name: string, evidence: unknown) => ({
    schema: 2,
    evidence: { ...stored.evidence, [name]: evidence },
  });
  t.deepEqual(issuesIn(with1('lines', { kind: 'duration', value: 1 })), [
    'lines: Expected the kind log-lines, received duration',
  ]);
  t.deepEqual(issuesIn(with1('netns.files', { kind: 'netns-files', value: [{ ...file, path: 1 }] })), [
    'netns.files.0.path: Invalid input: expected string, received number',
  ]);
  t.deepEqual(issuesIn(with1('more', { kind: 'duration', value: 1 })), ['more: No such member is declared']);
  t.deepEqual(issuesIn(with1('lines', [])), ['evidence.lines: Invalid input: expected object, received array']);
  t.deepEqual(issuesIn({ schema: 2, evidence: {} }), [
    'netns: Invalid input: expected object, received undefined',
    'lines: Invalid input: expected array, received undefined',
  ]);
});

test('observations of a later schema, of none, and what is no object', (t) => {
  t.deepEqual(issuesIn({ ...stored, schema: 3 }), ['schema: Invalid input: expected 2']);
  t.deepEqual(issuesIn({ ...plain, more: 1 }), [': Unrecognized key: "more"']);
  for (const raw of [null, [], 'text']) t.is(issuesIn(raw).length, 1);
});

test('a protocol that returns more than is declared is wrong', (t) => {
  const more = { ...plain, netns: { files: [], paths: [] } };
  t.throws(() => declared.store(more), { message: 'the observations have netns.paths, which is not declared' });
});

test('a page shows first what is named, a group with all its members; a name that is none is refused', (t) => {
  t.deepEqual(declared.first, ['seconds', 'netns.files']);
  t.throws(() => defineObservations({ seconds: duration }, ['second']), {
    message: 'the observations have no member second to be shown first',
  });
});
