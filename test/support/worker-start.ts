import { appendFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import test, { registerCompletionHandler } from 'ava';

/*
 * What AVA loads first in each worker. As in the lab's own start, code is kept without its types: a worker that loads a report takes 0.3 s of CPU instead
 * of 0.45. What tests start gets no setting of it: a cell has no such directory.
 */
delete process.env['NODE_COMPILE_CACHE'];
module.enableCompileCache();

/** The file that `test/run.ts --times` reads the seconds of each test file from. */
const times = process.env['LAB_TEST_TIMES'];
delete process.env['LAB_TEST_TIMES'];
if (times !== undefined) {
  const begin = performance.now();
  let ended = 0;
  registerCompletionHandler(() => void (ended = performance.now()));
  process.once('exit', () => {
    const file = fileURLToPath(test.meta.file);
    const [seconds, lingered] = [(ended - begin) / 1000, (performance.now() - ended) / 1000];
    appendFileSync(times, `${JSON.stringify({ file, seconds, lingered })}\n`);
  });
}
