import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { waitFor } from '../harness/dosing/wait-for.ts';
import { requireBeside } from '../harness/machine/beside.ts';
import { openLocalMachine } from '../harness/machines/local/local.ts';
import { quietly } from '../harness/fetch/cache.ts';
import { fetchDockerBuild } from '../harness/fetch/docker-build.ts';
import { fetchUserland } from '../harness/fetch/userland.ts';

const budget = { memoryBytes: 256 << 20, diskBytes: 16 << 20, seconds: 60 };
const fetching = quietly();

test.serial('a program beside a cell: files of the host, the processes and the network of the cell', async (t) => {
  await using machine = await openLocalMachine(await fetchDockerBuild('20.10.24', fetching), budget);
  requireBeside(machine);
  const script = 'read word; echo "$word" $$; cat "$1"; ls "$2"; ls /sys/class/net >&2; exit 3';
  await machine.writeFile('/run/lab/note', 'of the cell\n');
  const here = import.meta.filename;
  const beside = await machine.startBeside({
    files: [here],
    words: (seen) => ['sh', '-c', script, 'sh', seen('/run/lab/note'), here],
  });
  // Its pid is one of the cell; it is nsenter until it becomes the program.
  const comm = () => machine.readFile(`/proc/${beside.pid}/comm`).then(String);
  await waitFor('waiting for the program', 'sh under its pid in the cell', comm, (name) => name === 'sh\n', 60);
  beside.stdin.write('told\n');
  const said = text(beside.stdout);
  t.deepEqual(await beside.exited, { exitCode: 3 });
  t.is(await said, `told ${beside.pid}\nof the cell\n${here}\n`);
  beside.kill();
});

test.serial('a program beside a cell in a userland of its own, and its end', async (t) => {
  const { root } = await fetchUserland('tools', fetching);
  await using machine = await openLocalMachine(await fetchDockerBuild('20.10.24', fetching), budget);
  requireBeside(machine);
  await machine.writeFile('/run/lab/note', 'of the cell\n');
  const script = 'busybox cat "$0" /proc/1/comm; busybox cat';
  const beside = await machine.startBeside({
    files: [],
    userland: root,
    words: (seen) => ['/bin/busybox', 'sh', '-c', script, seen('/run/lab/note')],
  });
  beside.stdout.setEncoding('utf8');
  let said = '';
  beside.stdout.on('data', (chunk: string) => (said += chunk));
  while (said !== 'of the cell\nbusybox\n') await once(beside.stdout, 'data');
  beside.kill();
  t.deepEqual(await beside.exited, { signal: 'SIGKILL' });
  t.false(readFileSync('/proc/self/mounts', 'utf8').includes(root), 'its mounts are its own');
});

test.serial('a program that cannot be started beside a cell', async (t) => {
  await using machine = await openLocalMachine(await fetchDockerBuild('20.10.24', fetching), budget);
  requireBeside(machine);
  const failure = async () => {
    const { exited, stderr } = await machine.startBeside({ files: [], words: () => ['/no/such/program'] });
    // nsenter may be seen to have begun before it finds out.
    throw new Error(`${(await text(stderr)).trim()} ${JSON.stringify(await exited)}`);
  };
  await t.throwsAsync(failure, {
    message: /nsenter: failed to execute \/no\/such\/program: No such file or directory/,
  });
});
