import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

/** A text in the code that a user may see: a string, or a template with … for each of its values. */
export interface CodeString {
  file: string;
  line: number;
  text: string;
}

/** Folders whose strings users see. */
const folders = ['harness', 'scenarios', 'vms'];

/** The strings and templates of all files that are no tests. Strings that are added to each other are one. */
export function readStrings(root: string): CodeString[] {
  return folders
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
        path.join(folder, file),
      ),
    )
    .filter((file) => /\.(?:ts|js)$/.test(file) && !/\.test\.ts$|\/testing\//.test(file))
    .flatMap((file) => stringsOf(file, readFileSync(path.join(root, file), 'utf8')));
}

/** The strings of one file. */
export function stringsOf(file: string, source: string): CodeString[] {
  const strings: (CodeString & { start: number; end: number })[] = [];
  const add = (text: string, { start, end }: { start: number; end: number }) => {
    const line = source.slice(0, start).split('\n').length;
    strings.push({ file, line, text, start, end });
  };
  const { program } = parseSync(file, source);
  new Visitor({
    Literal(node) {
      if (typeof node.value === 'string') add(node.value, node);
    },
    TemplateLiteral(node) {
      add(node.quasis.map(({ value }) => value.cooked ?? value.raw).join('…'), node);
    },
  }).visit(program);
  return joined(
    strings.toSorted((one, other) => one.start - other.start),
    source,
  );
}

/** Puts together what the source adds: `'one ' + 'sentence'`. */
function joined(strings: readonly (CodeString & { start: number; end: number })[], source: string): CodeString[] {
  const sums: (CodeString & { end: number })[] = [];
  for (const { start, end, ...string } of strings) {
    const last = sums.at(-1);
    if (last && start >= last.end && /^\s*\+\s*$/.test(source.slice(last.end, start))) {
      last.text += string.text;
      last.end = end;
    } else sums.push({ ...string, end });
  }
  return sums.map(({ file, line, text }) => ({ file, line, text }));
}
