import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { scratch } from '../../../test/support/scratch.ts';
import { evidenceOf } from '../bundle/parse-bundle.ts';
import { readBundle } from '../bundle/read-bundle.ts';
import { collector } from './testing/run-collector.ts';

// Side by side, as both wait nearly all of their time.
for (const [what, names, cut] of [
  [
    'a daemon that never answers is cut',
    ['docker', 'curl', 'dmesg'],
    { 'samples/1/info': 'timeout', 'logs/kernel': 'timeout' },
  ],
  [
    'a program that hangs is cut, and not called again',
    ['ss', 'systemctl'],
    {
      'docker/unit': 'timeout',
      'docker/containerd-unit': 'skipped',
      'docker/unit-files': /^(?:empty|ok)$/,
      'docker/peers': 'timeout',
    },
  ],
] as const) {
  test(what, async (t) => {
    const directory = scratch(t);
    for (const name of names) {
      // A child keeps the pipe open when its shell is killed.
      await writeFile(path.join(directory, name), '#!/bin/sh\nsleep 300 &\nwait\n', { mode: 0o755 });
    }
    const bundle = path.join(directory, 'bundle.tar');
    const env = { PATH: `${directory}:${process.env['PATH']}` };
    const { code } = await collector(['sh'], ['--samples', '1', '--output', bundle], env);
    t.is(code, 0);
    const { items } = evidenceOf(await readBundle(bundle));
    for (const [file, status] of Object.entries(cut)) {
      t.regex(items.find((item) => item.file === file)?.status ?? '', new RegExp(status), file);
    }
  });
}
