import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { cli } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';

const cells = (mountFlags: string) => ['--only', `mountFlags=${mountFlags},liveRestore=on,starts=restarted`];

test('a draft for upstream, a smaller cell, and why there is no draft', async (t) => {
  const out = scratch(t);
  const ran = await cli(['scenario', 'netns-restore', '--daemon', '20.10.24', '--out', out, ...cells('slave,unset')]);
  t.is(ran.exitCode, 0, ran.stdout + ran.stderr);
  const drafted = await cli(['lab', 'upstream', '--out', out]);
  t.is(drafted.exitCode, 0, drafted.stderr);
  t.regex(drafted.stdout, /^A draft for moby\/moby, of daemon=20\.10\.24\/mountFlags=slave\/.*; nothing was sent:\n/);

  const directory = path.join(out, 'netns-restore', 'latest', 'upstream');
  const draft = readFileSync(path.join(directory, 'moby.md'), 'utf8');
  const headings = draft.match(/^#+ .*$/gm);
  t.deepEqual(headings, [
    '# Live-restored containers lose their network namespace when dockerd runs in a mount namespace of its own',
    '## Description',
    '## Reproduce',
    '## Expected behavior',
    '## docker version',
    '## docker info',
    '## Additional Info',
  ]);
  // What is of no use to its maintainers says so before anything else.
  t.regex(draft, /^> \*\*The newest version that has this is 20\.10\.24; moby\/moby looks at 25\.0 and later/m);
  t.true(draft.indexOf('> **The newest version') < draft.indexOf('## Description'));
  t.regex(draft, /^ Version: 20\.10\.24\+dfsg1$/m);
  t.regex(draft, /^LiveRestoreEnabled: true$/m);
  t.regex(draft, /^Linux \(host\) \d+\.\d+.* GNU\/Linux$/m);
  t.regex(draft, /failed to create osl sandbox while trying to restore sandbox/);
  t.regex(draft, /^2\. As a unit with `MountFlags=slave` would.*--propagation slave dockerd --live-restore &`$/m);
  t.regex(draft, /^- Made by dockerd-leak-lab .*: `npm run scenario netns-restore -- --daemon 20\.10\.24 --out /m);
  t.regex(draft, /^\| what \| here \| with mountFlags=unset \|$/m);
  t.regex(draft, /^\| network namespaces \| 3 lost \| 3 kept \|$/m);
  t.true(
    draft.includes('| cells | 20.10.24 |\n| --- | --- |\n| MountFlags slave | 1 of 1 |\n| all others | 0 of 1 |\n'),
  );
  t.regex(draft, /^\| 20\.10\.24 \| has the bug \| 1 of 2 \| no \|$/m);

  const script = path.join(directory, 'reproduce-netns-restore.sh');
  t.is((await execa('sh', ['-n', script])).exitCode, 0);
  t.regex(readFileSync(script, 'utf8'), /^: "\$\{mount_flags:=slave\}"$/m);

  const cell =
    'daemon=20.10.24/mountFlags=slave/liveRestore=on/starts=restarted/systemd=219/containerd=managed/setup=plain';
  const reduced = await cli(['lab', 'reduce', '--confirm', '1', '--cell', cell, '--out', out]);
  t.is(reduced.exitCode, 0, reduced.stderr);
  t.true(
    reduced.stdout.includes(
      [
        `${cell}: present in 4 steps, of which 2 were kept`,
        '  ✔ containers 3 → 1: present',
        '  ✔ ticks 5 → 4: present',
        '  – mountFlags slave → unset: absent',
        '  – starts restarted → fresh: absent',
        'What is left:',
        '  npm run scenario netns-restore -- --daemon 20.10.24 --only mountFlags=slave,liveRestore=on,starts=restarted,systemd=219,containerd=managed,setup=plain --size containers=1,ticks=4',
      ].join('\n'),
    ),
    reduced.stdout,
  );
  const smaller = path.join(out, 'netns-restore', 'latest', 'reduced', 'reproduce-netns-restore.sh');
  t.regex(readFileSync(smaller, 'utf8'), /^: "\$\{containers:=1\}"$/m);

  const alone = await cli(['scenario', 'netns-restore', '--daemon', '20.10.24', '--out', out, ...cells('slave')]);
  t.is(alone.exitCode, 0);
  const withheld = await cli(['lab', 'upstream', '--out', out]);
  t.is(withheld.exitCode, 2);
  t.is(
    withheld.stderr,
    'There is no draft for moby/moby: the evidence is too weak.\n' +
      '  no cell without the bug was tried beside it: its cause is unknown',
  );
});
