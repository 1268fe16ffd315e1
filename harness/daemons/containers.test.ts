import { text } from 'node:stream/consumers';
import test from 'ava';
import { fakeDaemon } from '../../test/support/fake-daemon.ts';
import { fakeMachine } from '../../test/support/fake-machine.ts';
import type { Machine } from '../machine/contract.ts';
import { importImage } from './containers.ts';
import { openEngine } from './engine.ts';

/** A machine whose busybox has a digest, and that makes an archive with a content, or fails to. */
function machineOf(digest: string, content: string | undefined): { machine: Machine; made: () => number } {
  const fake = fakeMachine();
  const isMaking = (command: readonly string[]) => command.includes('-ec');
  const machine: Machine = {
    ...fake,
    run: async (command, options) => {
      const ran = await fake.run(command, options);
      if (!isMaking(command)) return { ...ran, stdout: `${digest}  /proc/self/exe\n` };
      return { ...ran, exitCode: content === undefined ? 1 : 0, stderr: 'No space left on device' };
    },
    readFile: () => Promise.resolve(Buffer.from(content ?? '')),
  };
  return { machine, made: () => fake.commands.filter(isMaking).length };
}

test('one archive is made for each busybox; a machine that fails to make it is no harm to the next', async (t) => {
  const imported: string[] = [];
  const connect = await fakeDaemon(t, (request, response) => {
    void text(request).then((archive) => {
      imported.push(archive);
      response.end(JSON.stringify({ status: 'sha256:abc' }));
    });
  });
  const engine = openEngine(connect);
  const [one, other] = ['a'.repeat(64), 'b'.repeat(64)] as const;

  const full = machineOf(one, undefined);
  await t.throwsAsync(importImage(full.machine, engine), { message: /making a busybox image.*a tar archive/s });
  const first = machineOf(one, 'archive one');
  await importImage(first.machine, engine);
  const second = machineOf(one, 'never read');
  await importImage(second.machine, engine);
  const third = machineOf(other, 'archive two');
  await importImage(third.machine, engine);

  t.deepEqual(imported, ['archive one', 'archive one', 'archive two']);
  t.deepEqual(
    [full, first, second, third].map(({ made }) => made()),
    [1, 1, 0, 1],
  );
});
