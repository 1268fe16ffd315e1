import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';

const root = path.resolve(import.meta.dirname, '../..');

/** Where the script of a checkout is meant: the helper itself, the name of its program, and the line of the collector that is replaced. */
const meant = new Set([
  'harness/core/typed-command.ts',
  'harness/cli/program.ts',
  'harness/cli/start.js',
  'harness/diagnose/collect.ts',
]);

test('no code has a command of npm to type: the package has none', (t) => {
  const files = ['harness', 'scenarios', 'library'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  );
  const found = files
    .filter((file) => /\.(?:ts|js)$/.test(file) && !/\.test\.|\/testing\//.test(file) && !meant.has(file))
    .flatMap((file) =>
      readFileSync(path.join(root, file), 'utf8')
        .split('\n')
        .filter((line) => /npm run|'npm', 'run'|^\s*'npm',$/.test(line) && !/^\s*(?:\/?\*|\/\/)/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
  t.deepEqual(found, []);
});
