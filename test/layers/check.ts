import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readImports } from './imports.ts';
import { layers } from './layers.ts';
import { cycles, pictureOf, wrongEdges } from './rules.ts';

const root = path.resolve(import.meta.dirname, '../..');
const document = path.join(root, 'CONTRIBUTING.md');
const [begin, end] = ['<!-- layers: made by npm run layers -->', '<!-- end of layers -->'];

const imports = await readImports(root);
const problems = [
  ...wrongEdges(
    imports,
    layers.map(({ folder }) => folder),
  ),
  ...cycles(imports),
];
const text = await readFile(document, 'utf8');
const [before = '', rest = ''] = text.split(begin);
const after = rest.split(end)[1] ?? '';
const current = `${before}${begin}\n${pictureOf(imports, layers)}\n${end}${after}`;
if (process.argv.includes('--write')) await writeFile(document, current);
else if (current !== text) problems.push('the table of layers in CONTRIBUTING.md is not current: npm run layers');
for (const problem of new Set(problems)) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
