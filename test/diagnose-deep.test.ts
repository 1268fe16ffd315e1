import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { nodeProgram } from '../harness/clients/common/node-program.ts';
import { runContainers } from '../harness/daemons/containers.ts';
import { startDockerd } from '../harness/daemons/dockerd.ts';
import { evidenceOf } from '../harness/diagnose/bundle/parse-bundle.ts';
import { readBundle } from '../harness/diagnose/bundle/read-bundle.ts';
import { collectorFile } from '../harness/diagnose/collect.ts';
import { diagnose } from '../harness/diagnose/diagnose.ts';
import { quietly } from '../harness/fetch/cache.ts';
import { fetchDockerBuild } from '../harness/fetch/docker-build.ts';
import { fetchKit } from '../harness/fetch/kit.ts';
import { requireBeside } from '../harness/machine/beside.ts';
import { openLocalMachine } from '../harness/machines/local/local.ts';
import { knowledge } from '../scenarios/common/diagnosis/knowledge.ts';
import { scratch } from './support/scratch.ts';

/** The host's curl: one of Debian, with its own loader and libraries. */
const curl = `#!/bin/sh
exec /opt/lib/ld-linux-x86-64.so.2 --library-path /opt/lib /opt/curl "$@"
`;

test('--deep on a real 20.10.24: goroutines and slab caches; abandoned attaches are found by the stack they stand in', async (t) => {
  const [build, kit] = [await fetchDockerBuild('20.10.24', quietly()), await fetchKit('checks', quietly())];
  const directory = scratch(t);
  await using machine = await openLocalMachine(build, { memoryBytes: 1 << 30, diskBytes: 512 << 20, seconds: 120 });
  requireBeside(machine);
  const daemon = await startDockerd(machine, build, {
    systemd: '252',
    mountFlags: 'unset',
    liveRestore: false,
    log: path.join(directory, 'dockerd.log'),
  });
  const [silent] = await runContainers(machine, daemon.engine, 1);
  const attacher = path.resolve(import.meta.dirname, '../scenarios/diagnosis/attacher.ts');
  const beside = await machine.startBeside(
    await nodeProgram(attacher, (seen) => [seen(daemon.socket), silent?.id ?? '', '40']),
  );
  beside.stdin.end();
  t.is((await beside.exited).exitCode, 0);

  const { stdout: programs } = await execa(
    'tar',
    ['-c', '--transform=s|usr/lib/x86_64-linux-gnu|lib|;s|usr/bin/||', 'usr/lib/x86_64-linux-gnu', 'usr/bin/curl'],
    { cwd: kit.root, encoding: 'buffer' },
  );
  await machine.writeFile('/opt/programs.tar', programs);
  await machine.writeFile('/usr/bin/curl', curl);
  const script =
    'busybox tar -x -C /opt -f /opt/programs.tar && busybox chmod +x /usr/bin/curl && exec busybox sh -s -- "$@"';
  const ran = await machine.run(
    ['busybox', 'sh', '-c', script, 'sh', '--samples', '1', '--deep', '--output', '/run/bundle.tar'],
    {
      input: await readFile(collectorFile, 'utf8'),
      timeout: 5 * 60_000,
    },
  );
  t.is(ran.exitCode, 0, ran.stdout + ran.stderr);
  const bundle = path.join(directory, 'bundle.tar');
  await writeFile(bundle, await machine.readFile('/run/bundle.tar'));
  const evidence = evidenceOf(await readBundle(bundle));
  t.deepEqual(evidence.problems, []);
  t.true((evidence.slabCaches ?? []).length > 0);
  const found = diagnose(evidence, knowledge).findings.find(({ problem }) => problem === 'attach-leak');
  t.is(found?.state, 'affected');
  t.like(found?.facts[0], { fact: 'goroutines-at', function: 'daemon.(*Daemon).containerAttach', count: 40 });
});
