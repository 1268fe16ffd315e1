import {
  bundleInfo,
  itemRecord,
  type Bundle,
  type BundleInfo,
  type BundleProblem,
  type Item,
} from '../model/bundle.ts';
import { LineError } from '../text/lines.ts';

/** Reads the file `bundle`: a name and a value in each line. @throws {LineError} */
function parseInfo(file: string, text: string): BundleInfo {
  const values = new Map(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const at = line.indexOf(' ');
        return [line.slice(0, at), line.slice(at + 1)] as const;
      }),
  );
  const number = (name: string) => (/^\d{1,10}$/.test(values.get(name) ?? '') ? Number(values.get(name)) : undefined);
  const [daemon, containerd] = [number('daemon'), number('containerd')];
  const read = bundleInfo.safeParse({
    format: number('format'),
    host: values.get('host'),
    time: values.get('time'),
    uid: number('uid'),
    interval: number('interval'),
    samples: number('samples'),
    ticks: number('ticks'),
    redacted: values.get('redacted') === 'yes',
    deep: values.get('deep') === 'yes',
    ...(daemon !== undefined && { daemon }),
    ...(containerd !== undefined && { containerd }),
  });
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const member = String(issue?.path[0] ?? '');
  const expected = member === 'format' ? 'a bundle of format 1' : `${member} as the collector writes it`;
  throw new LineError({ file, expected, found: `${member} ${values.get(member) ?? '(none)'}`.slice(0, 120) });
}

/** Reads `contents.tsv`. @throws {LineError} */
function parseContents(file: string, text: string): Item[] {
  const expected = 'file, status, bytes, reader, what, divided by tabs';
  const [head = '', ...rows] = text.split('\n');
  if (head !== Object.keys(itemRecord.shape).join('\t')) {
    throw new LineError({ file, line: 1, expected, found: head.slice(0, 120) });
  }
  return rows.flatMap((line, index) => {
    if (line === '') return [];
    const [name, status, bytes, reader, what] = line.split('\t');
    const read = itemRecord.safeParse({ file: name, status, bytes: Number(bytes), reader, what });
    if (read.success) return [read.data];
    throw new LineError({
      file,
      line: index + 2,
      expected,
      found: line.slice(0, 120),
    });
  });
}

/**
 * A bundle by its files.
 *
 * @throws {LineError} when the file `bundle` is not there, or says that it is of another format
 */
export function bundleOf(files: ReadonlyMap<string, string>, before: readonly BundleProblem[] = []): Bundle {
  const problems = [...before];
  const text = files.get('bundle');
  if (text === undefined) {
    throw new LineError({
      file: 'bundle',
      expected: 'a file of that name, which the collector writes',
      found: 'no such file',
    });
  }
  const info = parseInfo('bundle', text);
  const contents = files.get('contents.tsv');
  let items: Item[] = [];
  try {
    if (contents !== undefined) items = parseContents('contents.tsv', contents);
    else problems.push({ file: 'contents.tsv', expected: 'the list of contents', found: 'no such file' });
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    problems.push(error.problem);
  }
  // A tar file that was cut off between two members is a whole one for tar.
  const lost = items.filter(
    ({ file, bytes }) => bytes > 0 && !files.has(file) && !problems.some((one) => one.file === file),
  );
  problems.push(
    ...lost.map(({ file, bytes }) => ({
      file,
      expected: `a file of ${bytes.toLocaleString('en')} B, by contents.tsv`,
      found: 'no such file',
    })),
  );
  return { info, items, files, problems };
}
