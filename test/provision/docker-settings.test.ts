import test from 'ava';
import { ProvisionedCell, succeeds } from '../support/provisioned-cell.ts';

let box: ProvisionedCell;

test.before(async () => {
  box = await ProvisionedCell.open('rpm');
});

test.after.always(async () => {
  await box?.[Symbol.asyncDispose]();
});

test.serial('mount-flags: a drop-in for docker’s unit', async (t) => {
  const dropIn = '/etc/systemd/system/docker.service.d/lab-mount-flags.conf';
  await box.takeCalls();
  for (const [flags, line] of [
    ['slave', 'MountFlags=slave'],
    ['unset', 'MountFlags='],
  ] as const) {
    t.is(await succeeds(t, box.run('mount-flags', flags)), `MountFlags of docker.service: ${flags}`);
    t.is(await box.text(dropIn), `[Service]\n${line}\n`);
  }
  t.deepEqual(await box.takeCalls(), ['systemctl daemon-reload', 'systemctl daemon-reload']);
  const wrong = await box.run('mount-flags', 'rslave');
  t.is(wrong.exitCode, 64);
  t.is(wrong.stderr, 'mount-flags.sh: rslave is none of unset, shared, slave, private');
});

test.serial('live-restore: the other settings of daemon.json stay', async (t) => {
  const file = '/etc/docker/daemon.json';
  const contents: [string | undefined, Record<string, unknown>][] = [
    [undefined, {}],
    ['', {}],
    ['{}', {}],
    ['{\n}\n', {}],
    ['{"debug": true}', { debug: true }],
    ['{\n  "debug": true,\n  "log-opts": { "max-size": "1m" }\n}\n', { debug: true, 'log-opts': { 'max-size': '1m' } }],
    ['{ "live-restore" : false, "debug": true }', { debug: true }],
    ['{\n  "debug": true,\n  "live-restore":true\n}\n', { debug: true }],
    ['{"labels": ["a={b}"]}', { labels: ['a={b}'] }],
  ];
  for (const [content, others] of contents) {
    for (const [word, value] of [
      ['on', true],
      ['off', false],
    ] as const) {
      if (content === undefined) await box.cell.run(['rm', '-f', file]);
      else await box.cell.writeFile(file, content);
      await succeeds(t, box.run('live-restore', word));
      t.deepEqual(JSON.parse(await box.text(file)), { ...others, 'live-restore': value }, `${word} in ${content}`);
      await succeeds(t, box.run('live-restore', word));
      t.deepEqual(
        JSON.parse(await box.text(file)),
        { ...others, 'live-restore': value },
        `${word} twice in ${content}`,
      );
    }
  }
  t.is((await box.run('live-restore', 'true')).stderr, 'usage: live-restore.sh on|off');
});
