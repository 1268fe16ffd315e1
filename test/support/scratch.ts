import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';

/** A directory that goes with the test. Its path is short: that of a socket in it may have no more than 107 bytes (unix(7)). */
export function scratch(t: Pick<ExecutionContext, 'teardown'>): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'lab-test-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
