import { chmod, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { scratch } from '../../../test/support/scratch.ts';
import { ownOwner } from '../local/owner.ts';
import { directoryPrefix } from './open.ts';

/** As {@link ownOwner} would call a process that ended long ago. */
const dead = ownOwner().replace(/\.\d+\.\d+$/, '.1.1');

test('another user sweeps nothing of ours, and does not stumble over it', async (t) => {
  const directory = scratch(t);
  await chmod(directory, 0o777);
  const left = `${directoryPrefix}${dead}-abcdef`;
  await mkdir(path.join(directory, left, 'logs'), { recursive: true });
  const sweep = async (...wrapper: string[]) => {
    const program = `import { sweepMicroVms } from '${path.join(import.meta.dirname, 'sweep.ts')}'; console.log((await sweepMicroVms()).length > 0)`;
    const words = [...wrapper, process.execPath, '--input-type=module-typescript', '--eval', program];
    const { stdout } = await execa('env', words, { env: { TMPDIR: directory } });
    return stdout;
  };
  // May read this project, wherever it lies, and write nothing.
  const read = ['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'];
  const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...read];
  t.is(await sweep(...nobody), 'false');
  t.deepEqual(await readdir(directory), [left]);
  t.is(await sweep(), 'true');
  t.deepEqual(await readdir(directory), []);
});
