import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import path from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { sourceExtension } from '../core/own-program.ts';
import type { RunRecord } from '../store/schema.ts';

/** The directory of the lab's code: of the checkout, or of what is compiled of it. */
const root = path.resolve(import.meta.dirname, '../..');

/** The identity of this lab: version, git revision (with `+` when files differ from it), Node's version. */
export async function provenance(): Promise<RunRecord['lab']> {
  const manifest = findPackageJSON(import.meta.url) ?? path.join(root, 'package.json');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(manifest, 'utf8')));
  return { version, revision: await revision(), node: process.versions.node };
}

/** The package has a file with the revision that it was made of: a repository around it is not the lab's. */
async function revision(): Promise<string> {
  if (sourceExtension === '.js') return (await readFile(path.join(root, 'revision'), 'utf8')).trim();
  return revisionOf(root);
}

/** The revision of a checkout. */
export async function revisionOf(checkout: string): Promise<string> {
  const git = (...words: string[]) => execa('git', words, { cwd: checkout, reject: false });
  const [head, status] = await Promise.all([git('rev-parse', 'HEAD'), git('status', '--porcelain')]);
  // A copy without its history, or a machine without git.
  if (head.exitCode !== 0) return 'unknown';
  return status.stdout === '' ? head.stdout : `${head.stdout}+`;
}
