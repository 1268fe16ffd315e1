import module from 'node:module';
import { z } from 'zod';

// As start.js does.
module.enableCompileCache();
const { main } = await import('../../harness/cli/main.ts');
const { labProgram } = await import('../../harness/cli/program.ts');
// The code of every command, before an order sets the environment: a module whose text names commands makes it when it is loaded.
await labProgram(() => {});

/**
 * Runs command lines of the lab one after the other in this process, and sends what each printed: a process for each would take half a second, and there
 * are hundreds. What ends a process, or depends on its files and signals, is tried with real ones.
 */
const order = z.object({
  words: z.array(z.string()),
  env: z.record(z.string(), z.string()).optional(),
  directory: z.string().optional(),
});

let stdout = '';
let stderr = '';

/** Takes what is written to a stream, before the lab puts its filter in front. */
function capture(stream: NodeJS.WriteStream, take: (text: string) => void): void {
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    take(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    for (const done of rest) if (typeof done === 'function') done();
    return true;
  };
}

capture(process.stdout, (text) => (stdout += text));
capture(process.stderr, (text) => (stderr += text));
const home = process.cwd();

process.on('message', (message) => void run(order.parse(message)));
process.send?.('ready');

async function run({ words, env = {}, directory = home }: z.infer<typeof order>): Promise<void> {
  [stdout, stderr] = ['', ''];
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, env);
  let exitCode: number;
  try {
    // Not the import of it: graceful-fs, which a dependency brings, remembers the directory until its own `process.chdir` is called.
    process.chdir(directory);
    exitCode = await main(words);
  } catch (error) {
    exitCode = 1;
    stderr += error instanceof Error ? (error.stack ?? '') : String(error);
  }
  process.chdir(home);
  // Each command line listens until its process ends.
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error');
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  process.send?.({ exitCode, stdout, stderr });
}
