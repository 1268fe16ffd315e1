import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import type { HostRecord } from '../records.ts';
import { enqueue } from './feed.ts';
import { cellDirectoryOf } from './import-result.ts';
import type { CoordinatorState } from './state.ts';
import { named, type Submission } from './submission.ts';

/**
 * Says that a host has failed its canary, and withdraws its results since its last good one: each of a run that is not over runs again, and
 * the directory of the first one is kept as an attempt.
 */
export async function withdrawResults(state: CoordinatorState, { name, canary }: HostRecord): Promise<void> {
  const checks = (canary?.checks ?? []).filter(({ good }) => !good).map(({ check, found }) => `${check}: ${found}`);
  const suspects = state.suspects.takeOf(name);
  for (const run of state.runs) run.log({ code: 'host-failed-canary', host: name, checks });
  state.say(
    `the host ${name} failed its canary (${checks.join('; ')}): ${suspects.length} results since its last good one run again`,
  );
  await runAgain(state, name, suspects);
}

/** Withdraws what was brought to its end while its host failed. */
export async function withdrawLate(state: CoordinatorState, host: string): Promise<void> {
  await runAgain(state, host, state.suspects.takeOf(host));
}

async function runAgain(
  state: CoordinatorState,
  host: string,
  suspects: readonly { submission: Submission }[],
): Promise<void> {
  for (const { submission } of suspects) {
    const queue = state.queues.get(submission.queue);
    if (!queue || !state.runs.has(submission.run)) continue;
    await putAside(state, submission, host);
    state.ended.delete(submission.id);
    submission.run.remaining++;
    await enqueue(state, queue, [{ ...submission, staged: [], seenAttempt: 0, isClosed: false }], true);
  }
}

/** Keeps the directory of a result that a failed host has made as an attempt, with its verdict. */
export async function putAside({ counts }: CoordinatorState, submission: Submission, host: string): Promise<void> {
  const directory = cellDirectoryOf(submission);
  const file = path.posix.join('attempts', `${path.basename(directory)},suspect=${submission.id}`);
  await moveInto(submission.run.plan.directory.path, directory, file);
  submission.run.log({ code: 'suspect', ...named(submission), host, file });
  counts.suspect++;
}

async function moveInto(run: string, directory: string, file: string): Promise<void> {
  await mkdir(path.join(run, path.dirname(file)), { recursive: true });
  await rename(directory, path.join(run, file));
}
