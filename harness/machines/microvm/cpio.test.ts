import test from 'ava';
import * as fc from 'fast-check';
import { cpio, type CpioEntry } from './cpio.ts';

/** Reads an archive as the kernel does: by the header's fields alone. */
function unpack(archive: Buffer) {
  const entries: { path: string; mode: number; device: number[]; content: Buffer }[] = [];
  for (let at = 0; ;) {
    if (archive.toString('latin1', at, at + 6) !== '070701') throw new Error(`no header at ${at}`);
    const field = (index: number) =>
      Number.parseInt(archive.toString('latin1', at + 6 + index * 8, at + 14 + index * 8), 16);
    const nameBytes = field(11);
    const path = archive.toString('utf8', at + 110, at + 110 + nameBytes - 1);
    const begin = (at + 110 + nameBytes + 3) & ~3;
    const end = begin + field(6);
    if (path === 'TRAILER!!!') return entries;
    entries.push({ path, mode: field(1), device: [field(9), field(10)], content: archive.subarray(begin, end) });
    at = (end + 3) & ~3;
  }
}

test('every kind of entry, after the directories that it lies in', (t) => {
  const archive = cpio([
    { path: 'dev/console', kind: 'character-device', mode: 0o600, major: 5, minor: 1 },
    { path: 'bin/tool', kind: 'file', mode: 0o755, content: Buffer.from('#!') },
    { path: 'bin/alias', kind: 'link', target: 'tool' },
    { path: 'tmp', kind: 'directory', mode: 0o1777 },
  ]);
  t.deepEqual(
    unpack(archive).map(({ path, mode, device, content }) => [path, mode.toString(8), device, content.toString()]),
    [
      ['dev', '40755', [0, 0], ''],
      ['dev/console', '20600', [5, 1], ''],
      ['bin', '40755', [0, 0], ''],
      ['bin/tool', '100755', [0, 0], '#!'],
      ['bin/alias', '120777', [0, 0], 'tool'],
      ['tmp', '41777', [0, 0], ''],
    ],
  );
});

const name = fc.stringMatching(/^[\w-]{1,9}$/);
const files = fc.uniqueArray(
  fc.record({
    path: fc.array(name, { minLength: 1, maxLength: 3 }).map((words) => words.join('/')),
    content: fc.uint8Array(),
  }),
  { selector: ({ path }) => path.split('/')[0], maxLength: 8 },
);

test('files with any names and lengths come out as they were put in', (t) => {
  fc.assert(
    fc.property(files, (some) => {
      const entries = some.map(({ path, content }): CpioEntry => ({ path, kind: 'file', mode: 0o644, content }));
      const found = unpack(cpio(entries)).filter(({ mode }) => mode === 0o100644);
      return (
        found.length === some.length &&
        some.every(({ path, content }, index) => found[index]?.path === path && found[index].content.equals(content))
      );
    }),
  );
  t.pass();
});

test('the same entries give the same bytes', (t) => {
  const entries: CpioEntry[] = [{ path: 'a/b', kind: 'file', mode: 0o644, content: Buffer.from('x') }];
  t.deepEqual(cpio(entries), cpio(entries));
});

for (const path of ['/init', '', 'a//b', '../a', 'a/./b']) {
  test(`'${path}' can't be a path`, (t) => {
    t.throws(() => cpio([{ path, kind: 'directory', mode: 0o755 }]), {
      message: `'${path}' cannot be the path of an entry: it must be relative and without dots`,
    });
  });
}
