import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readImports } from './imports.ts';
import { impure, layers, pureFiles } from './layers.ts';
import { impureChains } from './purity.ts';
import { cycles, pictureOf, wrongEdges } from './rules.ts';

const root = path.resolve(import.meta.dirname, '../..');
const document = path.join(root, 'CONTRIBUTING.md');
const [begin, end] = ['<!-- layers: made by npm run layers -->', '<!-- end of layers -->'];

const { own, packages } = await readImports(root);
const problems = [
  ...wrongEdges(
    own,
    layers.map(({ folder }) => folder),
  ),
  ...cycles(own),
  ...impureChains([...own, ...packages], pureFiles, impure),
];
const text = await readFile(document, 'utf8');
const [before = '', rest = ''] = text.split(begin);
const after = rest.split(end)[1] ?? '';
const current = `${before}${begin}\n${pictureOf(own, layers)}\n${end}${after}`;
if (process.argv.includes('--write')) await writeFile(document, current);
else if (current !== text) problems.push('the table of layers in CONTRIBUTING.md is not current: npm run layers');
for (const problem of new Set(problems)) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
