import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { jsonSchemas } from './schemas.ts';

const directory = path.resolve(import.meta.dirname, '../../docs/schema');
const write = process.argv.includes('--write');
const options = { ...(await resolveConfig(directory)), parser: 'json' };
await mkdir(directory, { recursive: true });

const wanted = jsonSchemas();
const problems: string[] = [];
for (const file of await readdir(directory)) {
  if (wanted.has(file)) continue;
  if (write) await rm(path.join(directory, file));
  else problems.push(`docs/schema/${file} is the schema of no stored file: npm run schemas`);
}
for (const [file, schema] of wanted) {
  const text = await format(JSON.stringify(schema), options);
  if (write) await writeFile(path.join(directory, file), text);
  else if ((await readFile(path.join(directory, file), 'utf8').catch(() => '')) !== text)
    problems.push(`docs/schema/${file} is not current: npm run schemas`);
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
