import { readFile, writeFile } from 'node:fs/promises';
import { LabError, lastLines } from '../../../harness/core/errors.ts';
import { readBundle } from '../../../harness/diagnose/bundle/read-bundle.ts';
import { collectorFile } from '../../../harness/diagnose/collect.ts';
import type { CollectedFiles } from '../../../harness/evidence/bundles.ts';
import type { CellContext } from '../../../harness/dosing/cell-context.ts';
import { readOutput } from '../../../harness/probes/probe.ts';
import { typedCommand } from '../../../harness/core/typed-command.ts';

/** Seconds, on a host, for one collection; collect.sh has 60 s for what it reads. */
const collectionLimit = 90;

/** Runs the collector in the cell, as an operator would on a host, and keeps its bundle in the directory of the cell. */
export async function collectInCell(
  { machine, logFile, phase }: CellContext,
  number: number,
  { log, seconds }: { log?: string; seconds: number },
): Promise<CollectedFiles> {
  return phase('harness', { activity: 'collecting-evidence', number }, async () => {
    const [bundle, copy] = ['/run/lab-bundle.tar', '/run/lab-dockerd.log'];
    if (log !== undefined) await machine.writeFile(copy, await readFile(log));
    const words = ['--output', bundle, '--interval', `${seconds}s`, ...(log === undefined ? [] : ['--log', copy])];
    const { slowness = 1 } = machine.description;
    const ran = await machine.run(['busybox', 'sh', '-s', '--', ...words], {
      input: await readFile(collectorFile, 'utf8'),
      timeout: (collectionLimit + seconds) * slowness * 1000,
    });
    if (ran.exitCode !== 0) {
      throw new LabError({
        doing: 'running the collector in the cell',
        expected: 'exit code 0',
        happened: ran.timedOut ? `not done within ${collectionLimit} s` : `exit code ${ran.exitCode}`,
        evidence: lastLines(`${ran.stdout}\n${ran.stderr}`, 10),
        hint: `run it by hand in a kept cell: ${typedCommand('lab', 'open')}`,
      });
    }
    const kept = logFile(`bundle-${number}.tar`);
    await writeFile(kept, await machine.readFile(bundle));
    await readOutput({ machine }, 'the bundle', ['busybox', 'rm', '-f', bundle, copy]);
    return { files: Object.fromEntries((await readBundle(kept)).files) };
  });
}
