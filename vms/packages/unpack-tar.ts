import { execa } from 'execa';
import { LabError } from '../../harness/errors.ts';
import { dieWithUs, ProgramError } from '../obtain/program.ts';
import { contentLimit, decompressionBomb, decompressionLimit } from './limits.ts';

/** Members of an archive; a kernel package has some 5,000, a docker build 20. */
const mostMembers = 100_000;

/** An archive that is not trusted. */
export interface TarArchive {
  /** For people: a path, an address, or what the archive is part of. */
  source: string;
  /** Its bytes, not compressed; or a file of the host, whose compression tar finds out. */
  content: Buffer | { file: string; bytes: number };
}

/** What is taken of it. */
export interface TarSelection {
  /** Directory of the host. */
  target: string;
  /** Folders of the archive; the whole of it when left out. */
  only?: readonly string[];
  /** Folders that are taken off the front of each path. */
  strip?: number;
  signal?: AbortSignal | undefined;
}

/**
 * Unpacks an archive after a look at what is in it: plain files, directories and links, none of whose names leads out of the target,
 * within the limits of limits.ts.
 *
 * @throws {LabError} naming the member that is wrong, or with tar's words
 * @throws {ProgramError} when the disk is full
 */
export async function unpackTar(
  archive: TarArchive,
  { target, only = [], strip = 0, signal }: TarSelection,
): Promise<void> {
  const listing = await tar(archive, ['--list', '--verbose', '--numeric-owner', '--quoting-style=escape'], signal);
  const lines = listing.split('\n').filter(Boolean);
  if (lines.length > mostMembers) throw wrong(archive, `it has ${lines.length} members`);
  let bytes = 0;
  for (const line of lines) bytes += checkMember(archive, line);
  const size = sizeOf(archive);
  if (bytes > contentLimit(size)) throw decompressionBomb(`unpacking ${archive.source}`, size, { bytes });
  const careful = ['--no-same-owner', '--no-same-permissions'];
  const stripped = strip > 0 ? [`--strip-components=${strip}`] : [];
  await tar(archive, ['--extract', ...careful, ...stripped, '--directory', target], signal, only);
}

/** Bytes of a member, by its line of `tar --list --verbose`. @throws {LabError} for one that is not to be unpacked */
function checkMember(archive: TarArchive, line: string): number {
  const [, type = '', size = '0', name = line] = /^(.)\S* \S+ +(\d+) \S+ \S+ (.*)$/.exec(line) ?? [];
  if (!'-dhl'.includes(type) || type === '')
    throw wrong(archive, `it has a member that is no file, directory or link: ${line}`);
  const [path = '', link] = type === 'l' ? name.split(' -> ') : type === 'h' ? name.split(' link to ') : [name];
  if (leadsOut(path)) throw wrong(archive, `it has ${path}`);
  // A link within the archive may climb, but not above its root.
  if (type === 'h' && link !== undefined && leadsOut(link)) throw wrong(archive, `it has a link to ${link}`);
  if (type === 'l' && link !== undefined && climbsOut(path, link))
    throw wrong(archive, `it has a link from ${path} to ${link}`);
  return Number(size);
}

function leadsOut(path: string): boolean {
  return path.startsWith('/') || path.split('/').includes('..');
}

/** Whether a relative link leads above the root of the archive; an absolute one is of the root that the archive is made for. */
function climbsOut(path: string, link: string): boolean {
  if (link.startsWith('/')) return false;
  let depth = path.split('/').filter((part) => part !== '' && part !== '.').length - 1;
  for (const part of link.split('/')) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

async function tar(
  archive: TarArchive,
  words: readonly string[],
  signal: AbortSignal | undefined,
  only: readonly string[] = [],
) {
  const { content, source } = archive;
  const [wrapper, ...wrapperArgs] = dieWithUs;
  const file = Buffer.isBuffer(content) ? '-' : content.file;
  const ran = await execa(wrapper, [...wrapperArgs, 'tar', ...words, '--file', file, '--', ...only], {
    ...(Buffer.isBuffer(content) ? { input: content } : { stdin: 'ignore' as const }),
    reject: false,
    env: { LC_ALL: 'C', TZ: 'UTC' },
    timeout: decompressionLimit,
    maxBuffer: mostMembers * 300,
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (ran.timedOut || ran.isMaxBuffer) throw decompressionBomb(`unpacking ${source}`, sizeOf(archive), ran);
  if (ran.exitCode === 0) return ran.stdout;
  const { exitCode, stdout, stderr } = ran;
  const error = new ProgramError('tar', { exitCode, stdout, stderr, timedOut: false });
  if (error.diskFull) throw error;
  throw new LabError(
    {
      doing: `unpacking ${source}`,
      expected: 'a tar archive, compressed or not',
      happened: error.message,
      evidence: error.evidence,
      hint: 'it is damaged or was not downloaded completely: download it again',
    },
    { cause: error },
  );
}

function sizeOf({ content }: TarArchive): number {
  return Buffer.isBuffer(content) ? content.length : content.bytes;
}

function wrong({ source }: TarArchive, happened: string): LabError {
  return new LabError({
    doing: `unpacking ${source}`,
    expected: 'plain files, directories and links with names that stay within the directory it is unpacked to',
    happened,
    hint: 'bring another archive, this one is not of docker and not a kernel',
  });
}
