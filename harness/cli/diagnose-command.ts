import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import pLimit from 'p-limit';
import { knowledge } from '../../scenarios/common/diagnosis/knowledge.ts';
import { messageOf, UsageError } from '../core/errors.ts';
import { printableJson } from '../core/printable.ts';
import { systemFailure } from '../core/system-error.ts';
import { evidenceOf } from '../diagnose/bundle/parse-bundle.ts';
import { readBundle } from '../diagnose/bundle/read-bundle.ts';
import { collect, printedCollector, sshTarget, temporaryPlace, type CollectorTarget } from '../diagnose/collect.ts';
import { durationSeconds } from '../core/duration.ts';
import { diagnose, type Diagnosis } from '../diagnose/diagnose.ts';
import { readDumps } from '../diagnose/dump/read-dumps.ts';
import { diagnosesAsCsv } from '../report/diagnosis/csv.ts';
import { diagnosisPage } from '../report/diagnosis/diagnosis-page.ts';
import { reportDiagnosis } from '../report/diagnosis/diagnosis-report.ts';
import { reportFleet, type UnreadHost } from '../report/diagnosis/fleet-report.ts';
import { diagnosesAsMetrics } from '../report/diagnosis/prometheus.ts';
import { paintFor } from '../report/style.ts';
import { onInterrupt } from './interrupt.ts';
import { filePath, gather, positive, requireEffect } from './options.ts';

/** Exit codes for monitoring; the others are those of every command. */
const diagnosisCodes = { nothing: 0, affected: 1, exposed: 2, couldNotRead: 3 } as const;

/** Hosts that are looked at at the same time; each waits for its interval. */
const hostsAtOnce = 32;

interface Options {
  printCollector?: true;
  interval?: string;
  samples?: number;
  redact?: true;
  deep?: true;
  log?: string;
  save?: string;
  dump: string[];
  json?: true;
  html?: string;
  csv?: string;
  prometheus?: string;
}

/** `lab diagnose [ssh://HOST | BUNDLE]…` */
export function addDiagnoseCommand(lab: Command, setExitCode: (code: number) => void): void {
  lab
    .command('diagnose')
    .description(
      'say what a live host is affected by, who causes it, how fast it grows, and what helps; it is only read',
    )
    .argument('[target...]', 'ssh://[USER@]HOST[:PORT], or bundles of the collector; this host when left out')
    .option('--print-collector', 'print the collector, a POSIX sh script, and do nothing else')
    .option('--interval <time>', 'time between samples, 1s to 1h', interval)
    .option('--samples <n>', 'samples of each host, up to 100', positive(100))
    .option('--redact', 'replace the names of hosts, containers and images, and addresses, by words')
    .option('--deep', 'also read slabinfo, goroutines, and the sockets of all network namespaces')
    .option('--log <file>', 'a log file of dockerd on the host', filePath)
    .option('--save <dir>', 'keep the bundles that are taken in this directory', filePath)
    .option(
      '--dump <file>',
      'read text that was pasted: goroutines, heap profile, slabinfo, ss -xp, docker info, logs',
      gather,
      [],
    )
    .option('--json', 'as JSON')
    .option('--html <file>', 'also write a page that needs no other file', filePath)
    .option('--csv <file>', 'also write a table', filePath)
    .option('--prometheus <file>', "also write a file for node-exporter's textfile collector", filePath)
    .action(async (targets: string[], options: Options, command: Command) => {
      if (options.printCollector) {
        requireEffect(command, '--print-collector', ['printCollector']);
        process.stdout.write(await printedCollector());
        return;
      }
      using interrupt = onInterrupt();
      let all: Awaited<ReturnType<typeof diagnoseAll>>;
      try {
        all = await diagnoseAll(targets, options, interrupt.signal);
      } catch (error) {
        if (interrupt.exitCode === undefined) throw error;
        process.stderr.write(`${messageOf(error)}\n`);
        setExitCode(interrupt.exitCode);
        return;
      }
      const { diagnoses, unread } = all;
      await writeFiles(diagnoses, unread, options);
      const [only] = diagnoses;
      const isOne = only && diagnoses.length === 1 && unread.length === 0;
      const paint = paintFor(process.stdout);
      if (options.json) process.stdout.write(`${printableJson({ diagnoses, unread })}\n`);
      else process.stdout.write(isOne ? reportDiagnosis(only, paint) : reportFleet(diagnoses, unread, paint));
      setExitCode(interrupt.exitCode ?? codeOf(diagnoses, unread));
    });
}

/** As the collector takes it. */
function interval(value: string): string {
  const seconds = durationSeconds(value);
  if (seconds !== undefined && seconds >= 1 && seconds <= 3600) return value;
  throw new UsageError(`--interval requires a time from 1s to 1h, e.g. 90, 90s or 10m, and got '${value}'.`);
}

async function diagnoseAll(
  targets: readonly string[],
  options: Options,
  signal: AbortSignal,
): Promise<{ diagnoses: Diagnosis[]; unread: UnreadHost[] }> {
  if (options.dump.length > 0) {
    if (targets.length > 0)
      throw new UsageError('Give --dump without a host or bundle: each is a diagnosis of its own.');
    requireLive(false, options);
    return { diagnoses: [diagnose(readDumps(options.dump), knowledge)], unread: [] };
  }
  const sources = targets.length === 0 ? ['this host'] : targets;
  const isLive = targets.length === 0 || targets.some((target) => target.startsWith('ssh:'));
  requireLive(isLive, options);
  const limit = pLimit(hostsAtOnce);
  const place = isLive && options.save === undefined ? await temporaryPlace() : undefined;
  try {
    const results = await Promise.all(
      sources.map((source, index) =>
        limit(async () => {
          try {
            const bundle = await bundleOf(source, index, options, place?.directory ?? options.save ?? '', signal);
            return { diagnosis: diagnose(evidenceOf(await readBundle(bundle)), knowledge) };
          } catch (error) {
            if (signal.aborted || error instanceof UsageError || sources.length === 1) throw error;
            return { unread: { source, why: messageOf(error) } };
          }
        }),
      ),
    );
    return {
      diagnoses: results.flatMap(({ diagnosis }) => diagnosis ?? []),
      unread: results.flatMap(({ unread }) => unread ?? []),
    };
  } finally {
    await place?.remove();
  }
}

/** @throws {UsageError} for an option that has an effect on live hosts only */
function requireLive(isLive: boolean, options: Options): void {
  const live = ['interval', 'samples', 'redact', 'deep', 'log', 'save'] as const;
  const idle = live.find((name) => options[name] !== undefined);
  if (!isLive && idle) throw new UsageError(`--${idle} has no effect on bundles and dumps: leave it out.`);
}

/** The file of a bundle; it is taken first where a host is named. */
async function bundleOf(
  source: string,
  index: number,
  options: Options,
  directory: string,
  signal: AbortSignal,
): Promise<string> {
  const isHere = source === 'this host';
  if (!isHere && !source.startsWith('ssh:')) return source;
  const target: CollectorTarget = isHere ? { kind: 'here' } : sshTarget(source);
  const name = target.kind === 'here' ? 'this-host' : target.destination.replaceAll(/[^\w.-]/g, '_');
  // Kept beside those of other times.
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const file = path.join(directory, `${name}-${index + 1}-${time}.tar`);
  if (options.save !== undefined) {
    try {
      mkdirSync(options.save, { recursive: true });
    } catch (error) {
      throw systemFailure(error, { doing: `making the directory ${options.save}`, file: options.save });
    }
  }
  process.stderr.write(`collecting evidence on ${source} (read-only)\n`);
  await collect(target, options, file, signal);
  return file;
}

async function writeFiles(
  diagnoses: readonly Diagnosis[],
  unread: readonly UnreadHost[],
  options: Options,
): Promise<void> {
  const wanted = [
    [options.html, () => diagnosisPage(diagnoses, unread)],
    [options.csv, () => diagnosesAsCsv(diagnoses)],
    [options.prometheus, () => diagnosesAsMetrics(diagnoses)],
  ] as const;
  for (const [file, make] of wanted) {
    if (file === undefined) continue;
    try {
      await writeFile(file, make());
    } catch (error) {
      throw systemFailure(error, { doing: `writing ${file}`, file });
    }
  }
}

function codeOf(diagnoses: readonly Diagnosis[], unread: readonly UnreadHost[]): number {
  if (diagnoses.some(({ state }) => state === 'affected')) return diagnosisCodes.affected;
  if (unread.length > 0) return diagnosisCodes.couldNotRead;
  if (diagnoses.some(({ state }) => state === 'exposed')) return diagnosisCodes.exposed;
  return diagnoses.some(isHalfRead) ? diagnosisCodes.couldNotRead : diagnosisCodes.nothing;
}

/** Evidence that another collection of the same host would have: without it, nothing found is not nothing there. */
const collectable: ReadonlySet<string> = new Set([
  'needs-root',
  'needs-docker',
  'not-the-host',
  'timeout',
  'skipped',
  'not-readable',
]);

function isHalfRead({ state, findings }: Diagnosis): boolean {
  const undecided = findings.filter((finding) => finding.state === 'unknown');
  return (
    state === 'unknown' || undecided.some(({ missing }) => missing.some(({ because }) => collectable.has(because)))
  );
}
