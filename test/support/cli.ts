import path from 'node:path';
import { execa } from 'execa';

const start = path.resolve(import.meta.dirname, '../../harness/cli/start.js');

/** The output and exit code that a user's shell gets from `npm run scenario …` or `npm run lab …`. */
export interface CliResult {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** Starts the lab as `npm run` does, without npm between. */
export function startCli(words: string[], env: Record<string, string> = {}) {
  return execa(process.execPath, [start, ...words], { reject: false, env: { NO_COLOR: '1', ...env } });
}

/** Runs the lab to its end. */
export async function cli(words: string[], env: Record<string, string> = {}): Promise<CliResult> {
  const { exitCode, stdout, stderr } = await startCli(words, env);
  return { exitCode, stdout, stderr };
}
