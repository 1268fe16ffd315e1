import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** The folders of the code. */
const folders = ['harness', 'scenarios', 'vms'];

/** What the compiler writes itself, what only tests read, and documents. */
const left = /\.ts$|\.md$|\/testing\/|^harness\/cli\/start\.js$/;

/** The files beside the code that it reads when it runs: scripts, C sources, styles, patterns, keys; as paths below the root. */
export async function assetsOf(root: string): Promise<string[]> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
    }),
  );
  const files = found.flat().map((file) => path.relative(root, file));
  return ['Vagrantfile', ...files.filter((file) => !left.test(file))].toSorted();
}
