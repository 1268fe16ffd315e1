import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { labProgram } from '../harness/cli/program.ts';
import { programSetting } from '../harness/core/typed-command.ts';
import { revisionOf } from '../harness/run/provenance.ts';
import { assetsOf } from './assets.ts';
import { manPage } from './man-page.ts';

/**
 * Makes what `npm pack` takes: `dist/`, the compiled code in the folders of the checkout, with the files that it reads when it runs, and the revision
 * that it was made of. `--clean` removes it: a checkout runs its sources.
 */
const root = path.resolve(import.meta.dirname, '..');
const target = path.join(root, 'dist');

await rm(target, { recursive: true, force: true });
if (!process.argv.includes('--clean')) {
  await execa('tsc', ['--project', 'tsconfig.build.json'], { cwd: root, preferLocal: true, stdio: 'inherit' });
  await nameCompiled(target);
  for (const asset of await assetsOf(root)) {
    await mkdir(path.dirname(path.join(target, asset)), { recursive: true });
    await copyFile(path.join(root, asset), path.join(target, asset));
  }
  await writeFile(path.join(target, 'revision'), `${await revisionOf(root)}\n`);
  // The commands of the package are not those of a checkout.
  process.env[programSetting] = 'leaklab';
  const program = await labProgram(() => {});
  await mkdir(path.join(target, 'man'));
  await writeFile(path.join(target, 'man/leaklab.1'), manPage(program, program.version() ?? ''));
  await writeFile(path.join(target, 'man/dockerd-leak-lab.1'), '.so man1/leaklab.1\n');
}

/** The compiler rewrites `./module.ts` in code alone: in declarations it would lead to sources that the package has not. */
async function nameCompiled(directory: string): Promise<void> {
  for (const name of await readdir(directory, { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue;
    const file = path.join(directory, name);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll(/((?:from |import\()['"]\.{1,2}\/[^'"]+)\.ts(?=['"])/g, '$1.js'));
  }
}
