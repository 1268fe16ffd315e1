import { statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { LabError, messageOf } from '../../core/errors.ts';
import { systemFailure } from '../../core/system-error.ts';
import { listStored, readNamed, readStored } from '../../store/stored-file.ts';
import type { Bundle, BundleProblem } from '../model/bundle.ts';
import { LineError } from '../text/lines.ts';
import { bundleOf } from './parse-info.ts';
import { typedCommand } from '../../core/typed-command.ts';

/** Bytes of a bundle, of all its files, and of one of them: the collector's limits sum up to some 20 MB, of which goroutines are half. */
export const mostBundleBytes = 64 << 20;
const [mostBytes, mostFileBytes] = [128 << 20, 16 << 20];

/** Members of a bundle: a sample has some 13, and there are at most 100. */
const mostMembers = 5000;

/** Names of files that the collector writes. */
const known = /^(?:bundle|contents\.tsv|(?:host|docker|logs|deep|samples\/\d{1,3})\/[a-z0-9-]{1,40})$/;

/** Files of a bundle that were read, and what was not. */
interface Contents {
  files: Map<string, string>;
  problems: BundleProblem[];
}

/**
 * Reads a bundle: a tar file, packed with gzip or not, or the directory that was unpacked from one. It may come from anywhere: only
 * regular files with names of the collector's are read, within limits, and nothing is written.
 *
 * @throws {LabError} when it is no bundle
 */
export async function readBundle(path: string): Promise<Bundle> {
  const doing = `reading the bundle ${path}`;
  let isDirectory: boolean;
  try {
    isDirectory = statSync(path).isDirectory();
  } catch (error) {
    throw systemFailure(error, { doing, file: path });
  }
  const { files, problems } = isDirectory ? readDirectory(path) : await readTar(path, doing);
  try {
    return bundleOf(files, problems);
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    const { file, expected, found } = error.problem;
    throw noBundle(doing, `${file}: ${found}`, expected);
  }
}

function noBundle(doing: string, happened: string, expected = 'a tar file of the collector'): LabError {
  return new LabError({
    doing,
    expected,
    happened,
    hint: `take one with: ${typedCommand('lab', 'diagnose', '--print-collector')} > collect.sh && sh collect.sh. What people paste is read with --dump FILE`,
  });
}

/** Directories of a bundle; those of samples are below `samples`. */
const places = ['', 'host', 'docker', 'logs', 'deep', 'samples'];

function readDirectory(path: string): Contents {
  const files = new Map<string, string>();
  const problems: BundleProblem[] = [];
  const attempt = <T>(file: string, expected: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push({ file, expected, found: messageOf(error).split('\n')[0] ?? '' });
      return undefined;
    }
  };
  const list = (place: string) => attempt(place, 'a directory', () => listStored(path, place)) ?? [];
  const names = places.flatMap((place) => list(place).map((name) => (place === '' ? name : `${place}/${name}`)));
  const ofSamples = names
    .filter((name) => /^samples\/\d{1,3}$/.test(name))
    .flatMap((place) => list(place).map((name) => `${place}/${name}`));
  for (const file of [...names, ...ofSamples].slice(0, mostMembers)) {
    if (places.includes(file) || /^samples\/\d{1,3}$/.test(file)) continue;
    if (!known.test(file)) {
      problems.push({
        file: file.slice(0, shownCharacters),
        expected: 'a file of the collector',
        found: 'another name',
      });
      continue;
    }
    const content = attempt(file, 'a regular file', () => readStored(path, file, mostFileBytes));
    if (content) files.set(file, content.toString());
  }
  return { files, problems };
}

/** Characters of a name that are shown. */
const shownCharacters = 120;

async function readTar(path: string, doing: string): Promise<Contents> {
  const raw = decompressed(readNamed(path, mostBundleBytes), doing);
  const files = new Map<string, string>();
  const problems: BundleProblem[] = [];
  const unpacking = extract();
  let [members, bytes] = [0, 0];
  try {
    const source = Readable.from([raw]);
    source.on('error', (error) => unpacking.destroy(error));
    source.pipe(unpacking);
    for await (const entry of unpacking) {
      const { name, type, size } = entry.header;
      const file = name.replace(/^(?:\.\/)+/, '');
      const wanted = type === 'file' && known.test(file) && size <= mostFileBytes && !files.has(file);
      if (type !== 'directory' && !wanted) {
        problems.push({
          file: file.slice(0, shownCharacters),
          expected: 'a regular file of the collector, of 16 MB at most, once',
          found: `${type ?? 'unknown'}, ${size.toLocaleString('en')} B${files.has(file) ? ', a second time' : ''}`,
        });
      }
      if (++members > mostMembers) throw new RangeError(`more than ${mostMembers.toLocaleString('en')} members`);
      if (!wanted) {
        entry.resume();
        continue;
      }
      const parts: Buffer[] = [];
      for await (const part of entry) if (Buffer.isBuffer(part)) parts.push(part);
      bytes += size;
      if (bytes > mostBytes) throw new RangeError(`more than ${mostBytes.toLocaleString('en')} B`);
      files.set(file, Buffer.concat(parts).toString());
    }
  } catch (error) {
    if (members === 0) throw noBundle(doing, raw.length === 0 ? 'it is empty' : 'it is no tar file');
    // What came before the place where it is broken is evidence all the same.
    problems.push({ file: path, expected: 'a whole tar file', found: messageOf(error) });
  }
  if (raw.length === 0) throw noBundle(doing, 'it is empty');
  return { files, problems };
}

/** The content of a file that may be packed with gzip. @throws {LabError} */
function decompressed(raw: Buffer, doing: string): Buffer {
  if (raw.length < 3 || raw.readUInt16BE(0) !== 0x1f8b) return raw;
  try {
    return gunzipSync(raw, { maxOutputLength: mostBytes });
  } catch (error) {
    const isLarge = Object(error).code === 'ERR_BUFFER_TOO_LARGE';
    const limit = mostBytes.toLocaleString('en');
    throw noBundle(
      doing,
      isLarge ? `more than ${limit} B when it is decompressed` : `it is cut off or damaged (${messageOf(error)})`,
    );
  }
}
