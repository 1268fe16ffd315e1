import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { evidenceOf } from '../../bundle/parse-bundle.ts';
import { readBundle } from '../../bundle/read-bundle.ts';
import { collectorFile } from '../../collect.ts';

const run = promisify(execFile);

/** Only root can become another user, and mount. Serial, as every test of the collector: see its test files. */
export const testAsRoot = process.getuid?.() === 0 ? test.serial : test.serial.skip;

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Functions of a shell that make a collector depend neither on the speed of a host nor on what runs beside it: it keeps the priority of its
 * test, and the clock by which it skips what is left after 40 s runs eight times as slow. In a whole run on two busy cores (2026-11-27) it
 * skipped what its test looked for.
 */
export const patience = `renice() { false; }; ionice() { false; }; begin=$(command date +%s)
  date() { if [ "$*" = +%s ]; then echo $((begin + ($(command date +%s) - begin) / 8)); else command date "$@"; fi; }`;

/** A script for sh -c whose $0 is the collector and whose arguments are its own. */
export const patiently = `${patience}\n. "$0"`;

/** Runs the collector to its end, patiently. */
export async function collector(
  shell: readonly string[],
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const [program = 'sh', ...rest] = shell;
  try {
    const { stdout, stderr } = await run(program, [...rest, '-c', patiently, collectorFile, ...words], {
      env: { ...process.env, ...env },
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = Object(error);
    return { code: Number(code), stdout: String(stdout), stderr: String(stderr) };
  }
}

/** The evidence of a bundle that was just taken: all of it can be read. */
export async function evidenceIn(t: ExecutionContext, bundle: string) {
  const evidence = evidenceOf(await readBundle(bundle));
  t.deepEqual(evidence.problems, []);
  t.true(evidence.samples.every(({ memory }) => (memory?.['MemTotal'] ?? 0) > 0));
  t.regex(evidence.host.kernel ?? '', /^\d+\.\d+/);
  t.true((evidence.host.cpus?.possible ?? 0) > 0);
  return evidence;
}
