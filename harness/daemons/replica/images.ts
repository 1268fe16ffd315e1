import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { ApiError } from './api-error.ts';
import { now } from './clock.ts';
import { newId } from './identifier.ts';
import type { Log } from './log.ts';
import { dataRoot, loadState, saveState, stateRoot } from './state.ts';

const file = `${stateRoot}/images.json`;

/** An image of one layer. */
export interface Image {
  /** With its `sha256:`. */
  id: string;
  /** `name:tag`, those that it has. */
  tags: string[];
  /** `sha256:` of the archive. */
  layer: string;
  /** Directory of the unpacked layer. */
  directory: string;
  created: string;
  size: number;
}

/** All images, in memory and on disk. */
export class Images {
  #images: Image[] = loadState<Image[]>(file, []);
  #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  all(): readonly Image[] {
    return this.#images;
  }

  /**
   * By tag, id, or the beginning of an id, for a new container.
   *
   * @throws {ApiError} that names the tag that was looked for, `latest` when none was given.
   */
  find(word: string): Image {
    const found = this.#look(word);
    if (!found) throw new ApiError(404, `No such image: ${withTag(word)}`);
    return found;
  }

  /**
   * The same for an inspection of an image.
   *
   * @throws {ApiError} that names it as it was asked for: measured on 1.13.1, whose two errors differ.
   */
  inspect(word: string): Image {
    const found = this.#look(word);
    if (!found) throw new ApiError(404, `No such image: ${word}`);
    return found;
  }

  #look(word: string): Image | undefined {
    const tag = withTag(word);
    const id = word.replace(/^sha256:/, '');
    return this.#images.find((one) => one.tags.includes(tag)) ?? this.#images.find((one) => isId(one, id));
  }

  /** Unpacks an archive as a layer. */
  async import(archive: AsyncIterable<Buffer>, tag: string): Promise<Image> {
    const name = newId();
    const staging = `${dataRoot}/overlay2/${name}.new`;
    await mkdir(staging, { recursive: true });
    this.#log.debug(`Applying tar in ${dataRoot}/overlay2/${name}/diff`);
    let layer: string;
    try {
      layer = await unpack(archive, staging);
    } catch (error) {
      await rm(staging, { recursive: true, force: true });
      throw error;
    }
    const directory = `${dataRoot}/overlay2/${name}/diff`;
    await mkdir(path.dirname(directory), { recursive: true });
    await rename(staging, directory);
    const created = now();
    const size = await sizeOf(directory);
    this.#log.debug(`Applied tar ${layer} to ${name}, size: ${size}`);
    const id = `sha256:${createHash('sha256').update(JSON.stringify({ created, layer })).digest('hex')}`;
    const image: Image = { id, tags: [tag].filter(Boolean).map(withTag), layer, directory, created, size };
    for (const other of this.#images) other.tags = other.tags.filter((one) => !image.tags.includes(one));
    this.#images.push(image);
    saveState(file, this.#images);
    return image;
  }
}

/** `busybox` is `busybox:latest`. */
function withTag(reference: string): string {
  return /:[^/]*$/.test(reference) ? reference : `${reference}:latest`;
}

function isId({ id }: Image, word: string): boolean {
  return /^[0-9a-f]+$/.test(word) && id.startsWith(`sha256:${word}`);
}

/** @returns the digest of the archive. */
async function unpack(archive: AsyncIterable<Buffer>, directory: string): Promise<string> {
  const tar = spawn('busybox', ['tar', '-x', '-f', '-', '-C', directory], { stdio: ['pipe', 'ignore', 'pipe'] });
  const ended = once(tar, 'exit');
  let said = '';
  tar.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  tar.stdin.on('error', () => {});
  const hash = createHash('sha256');
  for await (const chunk of archive) {
    hash.update(chunk);
    if (!tar.stdin.write(chunk))
      await Promise.race([new Promise((resolve) => tar.stdin.once('drain', resolve)), ended]);
  }
  tar.stdin.end();
  const [code]: unknown[] = await ended;
  if (code !== 0) throw new Error(`Error processing tar file(exit status ${String(code)}): ${said.trim()}`);
  return `sha256:${hash.digest('hex')}`;
}

async function sizeOf(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async (one) => (await stat(path.join(one.parentPath, one.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
