import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { durationSeconds } from '../core/duration.ts';
import { LabError, lastLines, UsageError } from '../core/errors.ts';
import { ownOwner } from '../machines/local/owner.ts';
import { sweepTemporary } from '../machines/local/sweep-temporary.ts';
import { mostBundleBytes } from './bundle/read-bundle.ts';
import { typedCommand } from '../core/typed-command.ts';

/** The collector: one POSIX sh script. */
export const collectorFile = path.join(import.meta.dirname, 'collector/collect.sh');

/** Runs the collector on a host for as long as its input is open. */
export const receiverFile = path.join(import.meta.dirname, 'collector/receive.sh');

/** Where evidence is collected: this host, or another one by ssh. */
export type CollectorTarget = { kind: 'here' } | { kind: 'ssh'; destination: string; port?: number; written: string };

/** Options of the collector, as its usage says. */
export interface CollectorOptions {
  interval?: string;
  samples?: number;
  redact?: boolean;
  deep?: boolean;
  log?: string;
}

/** Seconds that a collection takes beside its intervals, at most; a busy host may need all of collect.sh's limits. */
const collectionLimit = 300;

/** Reads `ssh://[USER@]HOST[:PORT]`. @throws {UsageError} for anything else */
export function sshTarget(text: string): CollectorTarget {
  const [, user, host, port] =
    /^ssh:\/\/(?:([A-Za-z0-9._-]+)@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?\/?$/.exec(text) ?? [];
  // A word that begins with a dash would be an option of ssh.
  if (host === undefined || host.startsWith('-') || user?.startsWith('-')) {
    throw new UsageError(`'${text}' is no ssh://[USER@]HOST[:PORT].`);
  }
  const destination = `${user === undefined ? '' : `${user}@`}${host.replace(/^\[(.*)\]$/, '$1')}`;
  return { kind: 'ssh', destination, written: text, ...(port !== undefined && { port: Number(port) }) };
}

/** The collector for someone who runs it by hand: what it says to type next is typed where it was printed. */
export async function printedCollector(): Promise<string> {
  const script = await readFile(collectorFile, 'utf8');
  // Within double quotes of a shell.
  const next = typedCommand('lab', 'diagnose').replaceAll(/[$"`\\]/g, '\\$&');
  return script.replace('npm run lab -- diagnose', () => next);
}

/**
 * Runs the collector on a host and keeps its bundle in a file. Nothing is installed there: ssh hands the script to sh, which sends
 * the bundle back.
 *
 * @param file new file for the bundle
 * @throws {LabError} with the collector's or ssh's words
 */
export async function collect(
  target: CollectorTarget,
  options: CollectorOptions,
  file: string,
  signal?: AbortSignal,
): Promise<void> {
  const script = await readFile(collectorFile);
  const words = [
    '--output',
    '-',
    ...(options.interval === undefined ? [] : ['--interval', options.interval]),
    ...(options.samples === undefined ? [] : ['--samples', `${options.samples}`]),
    ...(options.redact ? ['--redact'] : []),
    ...(options.deep ? ['--deep'] : []),
    ...(options.log === undefined ? [] : ['--log', options.log]),
  ];
  const receiving = ['sh', '-c', await readFile(receiverFile, 'utf8'), 'receive.sh', `${script.length}`, ...words];
  const [program = 'sh', ...args] = target.kind === 'here' ? receiving : sshWords(target, receiving);
  const child = execa(program, args, {
    stdin: 'pipe',
    stdout: [{ transform: limited(), binary: true }, { file }],
    reject: false,
    timeout: (collectionLimit + (durationSeconds(options.interval ?? '60') ?? 0) * (options.samples ?? 2)) * 1000,
    ...(signal && { cancelSignal: signal }),
  });
  // The input stays open: the collector ends when it does. A program that ends early, as an ssh without a key, has its exit code.
  child.stdin.on('error', () => {});
  child.stdin.write(script);
  const ran = await child;
  if (ran.exitCode === 0 && !signal?.aborted) return;
  // A part of a bundle is none.
  await rm(file, { force: true });
  signal?.throwIfAborted();
  const where = target.kind === 'here' ? 'this host' : target.written;
  throw new LabError({
    doing: `collecting evidence on ${where}`,
    expected: 'the collector ends with exit code 0',
    happened:
      ran.cause instanceof RangeError
        ? ran.cause.message
        : ran.timedOut
          ? 'it took too long'
          : ran.exitCode === undefined
            ? 'it was killed'
            : `exit code ${ran.exitCode}`,
    evidence: lastLines(ran.stderr.trim(), 8) || '(it printed nothing)',
    hint:
      target.kind === 'here'
        ? `run it by hand: ${typedCommand('lab', 'diagnose', '--print-collector')} > collect.sh && sh collect.sh`
        : `try: ssh ${target.destination} true; keys or an agent must work without a password`,
  });
}

/** The words of ssh for a program on another host, quoted for the shell there. */
function sshWords(target: CollectorTarget & { kind: 'ssh' }, words: readonly string[]): string[] {
  const quoted = words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
  const port = target.port === undefined ? [] : ['-p', `${target.port}`];
  return ['ssh', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=15', ...port, '--', target.destination, quoted];
}

/** A stage that passes on what it gets, and fails when a host sends more than a bundle has. */
function limited() {
  let bytes = 0;
  return function* (chunk: unknown): Generator {
    bytes += chunk instanceof Uint8Array ? chunk.byteLength : 0;
    if (bytes > mostBundleBytes) throw new RangeError(`it sent more than ${mostBundleBytes} bytes`);
    yield chunk;
  };
}

/** Directories for bundles that are not kept are named so, and after their owner. */
const placePrefix = 'dockerd-leak-lab-diagnose-';

/** A directory for bundles that are not kept; remove it with the function that comes with it. Those of killed runs are removed first. */
export async function temporaryPlace(): Promise<{ directory: string; remove: () => Promise<void> }> {
  await sweepTemporary(placePrefix);
  const directory = await mkdtemp(path.join(tmpdir(), `${placePrefix}${ownOwner()}-`));
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
