import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { readEvents } from '../../harness/store/read-events.ts';
import { scratch } from '../support/scratch.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Processes below one, by /proc. */
function descendants(pid: number): number[] {
  const read = (file: string) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return '';
    }
  };
  const children = read(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Waits until none of them is there, for as long as a cell takes to be cleaned up. */
async function allGone(t: ExecutionContext, pids: readonly number[]): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (pids.some(isAlive) && performance.now() < deadline) await sleep(50);
  t.deepEqual(pids.filter(isAlive), []);
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const) {
  test.serial(`${signal} to npm alone ends the run`, async (t) => {
    const out = scratch(t);
    const words = [
      'run',
      'scenario',
      'netns-restore',
      '--',
      '--daemon',
      'replica',
      '--size',
      'containers=1000000',
      '--out',
      out,
    ];
    const selection = ['--only', 'mountFlags=unset,liveRestore=on,starts=fresh'];
    const npm = spawn('npm', [...words, ...selection], { cwd: root, stdio: 'ignore', detached: true });
    const pid = npm.pid ?? 0;
    t.teardown(() => {
      for (const one of [pid, ...all]) if (isAlive(one)) process.kill(one, 'SIGKILL');
    });
    let all: number[] = [];
    const begun = () => {
      const file = readdirSync(out, { recursive: true }).find((name) => String(name).endsWith('events.ndjson'));
      if (file === undefined) return false;
      const { events } = readEvents(path.join(out, path.dirname(String(file))));
      return events.some((event) => event.code === 'activity' && event.doing.activity === 'starting-containers');
    };
    while (!begun() && npm.exitCode === null) await sleep(50);
    all = descendants(pid);
    t.true(all.length > 2, 'npm has started the lab, and that its daemon');
    process.kill(pid, signal);
    await allGone(t, [pid, ...all]);
  });
}
