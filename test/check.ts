import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import pLimit from 'p-limit';
import { z } from 'zod';

// Runs every script `check:…` of package.json, as many at once as there are cores, and prints what the failed ones said.
const root = path.resolve(import.meta.dirname, '..');
const packageFile = z.object({ scripts: z.record(z.string(), z.string()) });
const { scripts } = packageFile.parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')));
const names = Object.keys(scripts).filter((name) => name.startsWith('check:'));
const limit = pLimit(os.availableParallelism());
const ended = await Promise.all(
  names.map((name) =>
    limit(async () => {
      const begin = performance.now();
      const { exitCode = 1, all } = await execa('npm', ['run', '--silent', name], {
        cwd: root,
        all: true,
        reject: false,
      });
      return { name, exitCode, all, seconds: (performance.now() - begin) / 1000 };
    }),
  ),
);
for (const { name, exitCode, all } of ended.filter((one) => one.exitCode !== 0)) {
  process.stderr.write(`npm run ${name} failed (exit code ${exitCode}):\n${all}\n`);
}
if (process.argv.includes('--times')) {
  for (const { name, seconds } of ended) process.stdout.write(`${seconds.toFixed(1).padStart(6)} s  ${name}\n`);
}
process.exitCode = ended.some(({ exitCode }) => exitCode !== 0) ? 1 : 0;
