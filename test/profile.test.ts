import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { startDockerd } from '../harness/daemons/dockerd.ts';
import { openLocalMachine } from '../harness/machines/local/local.ts';
import { disagreements } from '../harness/figures/disagreements.ts';
import { probeInfo } from '../harness/probes/cross-check.ts';
import { fds } from '../harness/probes/fds.ts';
import { goRuntime } from '../harness/probes/go-runtime.ts';
import { fetchPprof } from '../harness/probes/pprof.ts';
import { openRecorder } from '../harness/dosing/recorder.ts';
import { readLegacyHeap } from '../harness/profile/legacy-heap.ts';
import { heapOf, takeProfile } from '../harness/profile/profile.ts';
import { totalOf } from '../harness/profile/stacks.ts';
import { storeProfiles } from '../harness/profile/store.ts';
import { elementsOf } from '../harness/profile/testing/well-formed.ts';
import { quietly } from '../harness/fetch/cache.ts';
import { fetchDockerBuild } from '../harness/fetch/docker-build.ts';
import { scratch } from './support/scratch.ts';

const budget = { memoryBytes: 1 << 30, diskBytes: 256 << 20, seconds: 60 };

test('a real dockerd: both forms of its heap profile say the same, and what it says of itself is what is read', async (t) => {
  const build = await fetchDockerBuild('20.10.24', quietly());
  await using machine = await openLocalMachine(build, budget);
  const directory = scratch(t);
  const file = (name: string) => path.join(directory, name);
  const options = { systemd: '252', mountFlags: 'unset', liveRestore: false, log: file('dockerd.log') } as const;
  const daemon = await startDockerd(machine, build, options);
  const target = { machine, daemon };

  const profile = await takeProfile(target);
  const heap = heapOf(profile);
  t.is(heap.rate, 512 << 10);
  // A profile is of the last collection: without another one the text is of the same heap.
  const text = readLegacyHeap((await fetchPprof(target, 'heap?debug=1')).toString());
  const { bytes, samples } = totalOf(heap);
  t.deepEqual({ ...totalOf(text), error: 0 }, { bytes, samples, error: 0 });
  t.true(bytes > 0);

  const record = await storeProfiles(file, 'dockerd 20.10.24', profile, profile);
  t.deepEqual(record.files, ['heap-before.pb.gz', 'heap.pb.gz', 'heap.svg', 'goroutines.txt']);
  t.is(elementsOf(readFileSync(file('heap.svg'), 'utf8'))[0], 'svg');

  const recorder = openRecorder([fds, goRuntime], target, 'call');
  await recorder.read(0);
  const check = await probeInfo(target, recorder.series());
  t.true((check.said.fds ?? 0) > 10);
  t.true((check.said.goroutines ?? 0) > 10);
  t.deepEqual(disagreements([check]), []);
});
