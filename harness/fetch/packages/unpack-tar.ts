import { execa } from 'execa';
import { LabError } from '../../core/errors.ts';
import { dieWithUs, ProgramError } from '../programs/program.ts';
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

/** The selection of members to unpack. */
export interface TarSelection {
  /** Directory of the host. */
  target: string;
  /** Which members are wanted, by their paths; all when it is left out. */
  wanted?: (path: string) => boolean;
  signal?: AbortSignal | undefined;
}

/**
 * Unpacks an archive after a look at what is in it: plain files, directories and links, none of whose names leads out of the target,
 * within the limits of limits.ts.
 *
 * @returns how many members were unpacked
 * @throws {LabError} naming the member that is wrong, or with tar's words
 * @throws {ProgramError} when the disk is full
 */
export async function unpackTar(
  archive: TarArchive,
  { target, wanted = () => true, signal }: TarSelection,
): Promise<number> {
  const listing = await tar(archive, ['--list', '--verbose', '--numeric-owner', '--quoting-style=escape'], signal);
  const lines = listing.split('\n').filter(Boolean);
  if (lines.length > mostMembers) throw wrong(archive, `it has ${lines.length} members`);
  const members = lines.map((line) => memberOf(archive, line)).filter(({ path }) => wanted(path.replace(/^\.\//, '')));
  for (const member of members) requireHarmless(archive, member);
  const bytes = members.reduce((sum, member) => sum + member.bytes, 0);
  const size = sizeOf(archive);
  if (bytes > contentLimit(size)) throw decompressionBomb(`unpacking ${archive.source}`, size, { bytes });
  if (members.length === 0) return 0;
  const careful = ['--no-same-owner', '--no-same-permissions', '--directory', target];
  const names = members.map(({ path }) => path);
  const chosen = names.length < lines.length ? names : undefined;
  await tar(archive, ['--extract', ...careful], signal, chosen);
  return members.length;
}

/** A line of `tar --list --verbose`. */
interface Member {
  /** `-`, `d`, `l` and `h` for a file, a directory, a link and a hard link; others for what is none of these. */
  type: string;
  path: string;
  /** Where a link leads. */
  link?: string | undefined;
  bytes: number;
  line: string;
}

function memberOf(archive: TarArchive, line: string): Member {
  const [, type = '', size = '0', name] = /^(.)\S* \S+ +(\d+|\d+,\d+) \S+ \S+ (.*)$/.exec(line) ?? [];
  if (name === undefined) throw wrong(archive, `it has a member that tar lists as ${line}`);
  const [path = '', link] = type === 'l' ? name.split(' -> ') : type === 'h' ? name.split(' link to ') : [name];
  return { type, path, link, bytes: Number(size) || 0, line };
}

/** @throws {LabError} for a member that is not to be unpacked */
function requireHarmless(archive: TarArchive, { type, path, link, line }: Member): void {
  if (!['-', 'd', 'l', 'h'].includes(type))
    throw wrong(archive, `it has a member that is no file, directory or link: ${line}`);
  if (leadsOut(path)) throw wrong(archive, `it has ${path}`);
  if (type === 'h' && link !== undefined && leadsOut(link)) throw wrong(archive, `it has a link to ${link}`);
  // A link within the archive may climb, but not above its root.
  if (type === 'l' && link !== undefined && climbsOut(path, link))
    throw wrong(archive, `it has a link from ${path} to ${link}`);
}

function leadsOut(path: string): boolean {
  return path.startsWith('/') || path.split('/').includes('..');
}

/** Whether a relative link leads above the root of the archive; an absolute one is relative to the root that the archive is made for. */
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

/** @param names of members, passed on standard input; all of them when it is left out */
async function tar(
  archive: TarArchive,
  words: readonly string[],
  signal: AbortSignal | undefined,
  names?: readonly string[],
): Promise<string> {
  const { content, source } = archive;
  const [wrapper, ...wrapperArgs] = dieWithUs;
  const [file, input] = Buffer.isBuffer(content) ? ['-', content] : [content.file, names?.join('\n') ?? ''];
  const chosen = names ? ['--no-recursion', '--files-from=-'] : [];
  const ran = await execa(wrapper, [...wrapperArgs, 'tar', ...words, ...chosen, '--file', file], {
    input,
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
