import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import type { RunRecord } from '../store/schema.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The identity of this lab: version, git revision (with `+` when files differ from it), Node's version. */
export async function provenance(): Promise<RunRecord['lab']> {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(`${root}/package.json`, 'utf8')));
  return { version, revision: await revision(), node: process.versions.node };
}

async function revision(): Promise<string> {
  const git = (...words: string[]) => execa('git', words, { cwd: root, reject: false });
  const [head, status] = await Promise.all([git('rev-parse', 'HEAD'), git('status', '--porcelain')]);
  // A copy without its history, or a machine without git.
  if (head.exitCode !== 0) return 'unknown';
  return status.stdout === '' ? head.stdout : `${head.stdout}+`;
}
