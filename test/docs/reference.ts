import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { referencePages } from './reference-pages.ts';

const directory = path.resolve(import.meta.dirname, '../../docs/reference');
const write = process.argv.includes('--write');
await mkdir(directory, { recursive: true });
for (const [file, text] of await referencePages()) {
  const target = path.join(directory, file);
  if (write) await writeFile(target, text);
  else if ((await readFile(target, 'utf8').catch(() => '')) !== text) {
    process.stderr.write(`docs/reference/${file} is not current: npm run reference\n`);
    process.exitCode = 1;
  }
}
