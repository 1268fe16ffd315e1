import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { dieWithUs } from '../../fetch/programs/program.ts';
import { LabError, lastLines } from '../../core/errors.ts';

/** A file or directory of this host, and its absolute path in an archive. */
export interface Member {
  source: string;
  target: string;
}

/** tar writes blocks of so many bytes, and ends with some that are empty. */
const block = 512;

/**
 * One tar archive of all these, as a stream of bytes; root owns everything in it. What a later member has at a path takes the place
 * of what earlier ones have there, as when it is mounted over it.
 *
 * @throws {LabError} when tar fails, e.g. at a file that may not be read
 */
export async function* archiveOf(members: readonly Member[]): AsyncGenerator<Buffer> {
  for (const [at, member] of members.entries()) {
    const hidden = members.slice(at + 1).flatMap(({ target }) => below(member.target, target));
    yield* withoutEnd(archiveOne(member, hidden, at));
  }
  yield Buffer.alloc(2 * block);
}

/** A path as it is called in a directory's archive; none when it is not in there. */
function below(directory: string, target: string): string[] {
  const name = path.relative(directory, target);
  return name === '' || name.startsWith('..') ? [] : [`./${name}`];
}

async function* archiveOne({ source, target }: Member, hidden: readonly string[], number: number) {
  const isDirectory = (await stat(source)).isDirectory();
  const inside = `.${target}`.replace(/\/$/, '').replaceAll(/[\\&,]/g, '\\$&');
  const [directory, name] = isDirectory ? [source, '.'] : [path.dirname(source), `./${path.basename(source)}`];
  yield* runTar([
    // The names, not what links point at.
    isDirectory ? `--transform=s,^\\.,${inside},S` : `--transform=s,^\\..*,${inside},S`,
    // A directory comes last: its header shows where the archive's data end, as the last bytes of a file may not.
    `--transform=s,^/.*,./lab/part-${number},S`,
    '--anchored',
    '--no-wildcards',
    ...hidden.map((shadow) => `--exclude=${shadow}`),
    `--directory=${directory}`,
    name,
    '--no-recursion',
    import.meta.dirname,
  ]);
}

/**
 * A tar archive of files and directories under the paths that they have here, without what links point at; and of the empty
 * directories /dev, /proc and /tmp, for a root that is made of it.
 *
 * @throws {LabError} when tar fails
 */
export async function* archiveOfFiles(files: readonly string[]): AsyncGenerator<Buffer> {
  const mountPoints = ['--no-recursion', '/dev', '/proc', '/tmp', '--recursion'];
  const words = ['--dereference', '--transform=s,^/,./,S', ...mountPoints, '--files-from=-'];
  yield* runTar(words, files.map((file) => `${file}\n`).join(''));
}

async function* runTar(words: readonly string[], input = ''): AsyncGenerator<Buffer> {
  const always = ['--create', '--numeric-owner', '--owner=0', '--group=0', '--hard-dereference', '--absolute-names'];
  const [wrapper, ...wrapperWords] = dieWithUs;
  const child = spawn(wrapper, [...wrapperWords, 'tar', ...always, ...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  // One that fails before it has read it says why.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const closed = once(child, 'close');
  const said = text(child.stderr);
  try {
    for await (const chunk of child.stdout) if (Buffer.isBuffer(chunk)) yield chunk;
    await closed;
  } finally {
    // A reader that stops early must not leave it waiting.
    child.kill('SIGKILL');
  }
  const { exitCode } = child;
  if (exitCode === 0) return;
  throw new LabError({
    doing: 'packing files for a container',
    expected: 'tar packs all of them',
    happened: exitCode === null ? 'tar was killed' : `tar exited with ${exitCode}`,
    evidence: lastLines(await said, 10),
    hint: 'this user must be able to read the cache of the lab, and the lab itself',
  });
}

/** Leaves out the empty blocks with which an archive ends, so that another one can follow it. */
async function* withoutEnd(archive: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let length = 0;
  let zeros = 0;
  for await (const chunk of archive) {
    const used = chunk.findLastIndex((byte) => byte !== 0) + 1;
    if (used === 0) {
      zeros += chunk.length;
      continue;
    }
    while (zeros > 0) {
      const some = Math.min(zeros, 1 << 20);
      yield Buffer.alloc(some);
      length += some;
      zeros -= some;
    }
    yield chunk.subarray(0, used);
    length += used;
    zeros = chunk.length - used;
  }
  yield Buffer.alloc((block - (length % block)) % block);
}
