import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * Runs a program of the userland.
 *
 * @throws {Error} with what it said.
 */
export async function runProgram(program: string, args: readonly string[], input = ''): Promise<string> {
  try {
    const running = execute(program, [...args]);
    running.child.stdin?.on('error', () => {}).end(input);
    return (await running).stdout;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new Error(`${program} ${args.join(' ')}: ${said || String(error)}`, { cause: error });
  }
}

/** Runs commands of iproute2 in one go; `within` is a command before it that enters a namespace. */
export function ipBatch(lines: readonly string[], within: readonly string[] = []): Promise<string> {
  const text = `${lines.join('\n')}\n`;
  const [enter, ...options] = within;
  if (enter === undefined) return runProgram('ip', ['-batch', '-'], text);
  return runProgram(enter, [...options, 'ip', '-batch', '-'], text);
}
