import { constants } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { isThere, requireTools } from './requirement.ts';

test.serial('tools are looked for in every directory of PATH', async (t) => {
  const directory = scratch(t);
  for (const place of ['bin', 'sbin']) {
    await mkdir(path.join(directory, place));
    await writeFile(path.join(directory, place, `in-${place}`), '');
    await chmod(path.join(directory, place, `in-${place}`), 0o755);
  }
  const before = process.env['PATH'];
  t.teardown(() => (process.env['PATH'] = before));
  process.env['PATH'] = `${directory}/bin::${directory}/sbin`;

  const fix = 'install them';
  t.deepEqual(await requireTools(['in-sbin', 'in-bin'], fix), {
    what: 'tools',
    met: true,
    found: 'in-sbin in-bin',
    fix,
  });
  t.deepEqual(await requireTools(['unshare', 'in-bin', 'nsenter'], fix), {
    what: 'tools',
    met: false,
    found: 'missing: unshare nsenter',
    fix,
  });

  await writeFile(path.join(directory, 'bin', 'no-program'), '');
  await chmod(path.join(directory, 'bin', 'no-program'), 0o644);
  const { found } = await requireTools(['no-program'], fix);
  t.is(found, 'missing: no-program');
});

test('whether a file is there, in a mode', async (t) => {
  const directory = scratch(t);
  const file = path.join(directory, 'file');
  t.false(await isThere(file));
  await writeFile(file, '');
  await chmod(file, 0o644);
  t.true(await isThere(file));
  t.false(await isThere(file, constants.X_OK));
});
