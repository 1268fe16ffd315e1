import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { scratch } from '../../../test/support/scratch.ts';
import { quietly } from '../../fetch/cache.ts';
import { fetchKit, programOf } from '../../fetch/kit.ts';
import { evidenceOf } from '../bundle/parse-bundle.ts';
import { readBundle } from '../bundle/read-bundle.ts';
import { collectorFile, receiverFile } from '../collect.ts';
import type { LogPattern } from '../model/evidence.ts';
import { countPatterns, patternNames } from '../dump/log-patterns.ts';
import { collector, evidenceIn, patience, patiently, testAsRoot } from './testing/run-collector.ts';

const run = promisify(execFile);

/** A directory with every applet of busybox under its name, and nothing else. */
async function busyboxPath(t: ExecutionContext): Promise<{ directory: string; busybox: string }> {
  const kit = await fetchKit('guest', quietly());
  const busybox = path.join(kit.root, 'usr/bin/busybox');
  const directory = scratch(t);
  const { stdout } = await run(busybox, ['--list']);
  for (const applet of stdout.trim().split('\n')) await symlink(busybox, path.join(directory, applet));
  return { directory, busybox };
}

// One after the other: all at once, on a host whose disk was cold, went over the 40 s that the collector has for a host.
for (const [name, shell] of [
  ['dash', ['dash']],
  ['bash', ['bash']],
  ['bash as sh', ['bash', '--posix']],
] as const) {
  test.serial(`with ${name}: a bundle whose every file can be read`, async (t) => {
    const bundle = path.join(scratch(t), 'bundle.tar');
    const { code, stdout, stderr } = await collector(shell, ['--interval', '1s', '--output', bundle]);
    t.deepEqual([code, stderr], [0, '']);
    t.regex(stdout, /^Taken: \d+ items, read-only\./);
    t.true(stdout.endsWith(`Next: npm run lab -- diagnose ${bundle}\n`), stdout);
    const { samples } = await evidenceIn(t, bundle);
    t.is(samples.length, 2);
    t.true((samples[1]?.uptime ?? 0) - (samples[0]?.uptime ?? 0) >= 1);
  });
}

test.serial('with nothing but busybox', async (t) => {
  const { directory, busybox } = await busyboxPath(t);
  const bundle = path.join(scratch(t), 'bundle.tar');
  const { code, stderr } = await collector([busybox, 'ash'], ['--samples', '1', '--output', bundle], {
    PATH: directory,
  });
  t.deepEqual([code, stderr], [0, '']);
  await evidenceIn(t, bundle);
});

testAsRoot('a dockerd that ends between two samples: the second has no lines of it', async (t) => {
  const directory = scratch(t);
  const bundle = path.join(directory, 'bundle.tar');
  const contents = `${bundle}.partial/contents.tsv`;
  // In a PID namespace of its own, where no other dockerd is found. It ends when the first sample and what belongs to the host are taken.
  const script = `cp "$(command -v sleep)" "$0/dockerd"; "$0/dockerd" 600 &
    { until grep -qs logs/kernel "$1"; do sleep 0.1; done; kill "$!"; } &
    exec sh -c '${patiently}' "$2" --interval 2s --output "$3"`;
  const words = ['--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', script];
  const { exitCode, stderr } = await execa('unshare', [...words, directory, contents, collectorFile, bundle], {
    reject: false,
  });
  t.deepEqual([exitCode, stderr], [0, '']);
  const { samples, items } = await evidenceIn(t, bundle);
  t.true((samples[0]?.dockerd?.rssBytes ?? 0) > 0);
  t.is(samples[1]?.dockerd, undefined);
  t.is(items.find(({ file }) => file === 'samples/2/dockerd')?.status, 'empty');
});

testAsRoot('a dockerd that ends as it is found', async (t) => {
  const directory = scratch(t);
  const bundle = path.join(directory, 'bundle.tar');
  // `named` asks readlink for its namespace, and prints its number then.
  const script = `cp "$(command -v sleep)" "$0/dockerd"; { "$0/dockerd" 600 & echo $! >"$0/pid"; wait; } &
    until grep -qs dockerd /proc/[0-9]*/comm; do sleep 0.1; done; read -r dockerd <"$0/pid"
    readlink() {
      command readlink "$@"
      [ "$1" != "/proc/$dockerd/ns/pid" ] || { kill "$dockerd"; while [ -e "/proc/$dockerd" ]; do sleep 0.1; done; }
    }
    ${patience}; . "${collectorFile}"`;
  const words = ['--pid', '--fork', '--kill-child', '--mount-proc', 'dash', '-c', script];
  const ran = await execa('unshare', [...words, directory, '--samples', '1', '--output', bundle], { reject: false });
  t.deepEqual([ran.exitCode, ran.stderr], [0, '']);
  const { samples } = await evidenceIn(t, bundle);
  t.is(samples[0]?.dockerd, undefined);
});

testAsRoot('as a user: what only root can read is named', async (t) => {
  const directory = scratch(t);
  await chmod(directory, 0o777);
  const bundle = path.join(directory, 'bundle.tar');
  const script = readFileSync(collectorFile, 'utf8').replace(/^main "\$@"$/m, (last) => `${patience}\n${last}`);
  t.true(script.includes(patience));
  const child = spawn(
    'setpriv',
    ['--reuid=65534', '--regid=65534', '--clear-groups', 'sh', '-s', '--', '--samples', '1', '--output', bundle],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  child.stdin.end(script);
  child.stdout.resume();
  t.deepEqual(await once(child, 'exit'), [0, null]);
  const { items, info } = await evidenceIn(t, bundle);
  t.is(info.uid, 65_534);
  t.deepEqual(
    items
      .filter(({ file }) => ['docker/containers', 'docker/peers'].includes(file))
      .map(({ file, status }) => [file, status]),
    [
      ['docker/containers', 'needs-root'],
      ['docker/peers', 'ok'],
    ],
  );
});

test.serial('it writes its output alone, sends no signal, and enters no namespace', async (t) => {
  const kit = await fetchKit('checks', quietly());
  const directory = scratch(t);
  const [bundle, trace] = [path.join(directory, 'bundle.tar'), path.join(directory, 'trace')];
  const calls =
    'execve,kill,tkill,tgkill,rt_sigqueueinfo,rt_tgsigqueueinfo,pidfd_send_signal,setns,unshare,mount,umount2,reboot,init_module,finit_module,ptrace,open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,rmdir,truncate,link,linkat,symlink,symlinkat,chmod,fchmodat,chown,fchownat,mknod,mknodat,utimensat';
  const [program = '', ...words] = programOf(kit, 'usr/bin/strace');
  const tracing = ['-f', '-qq', '-s', '500', '-e', `trace=${calls}`, '-e', 'signal=none', '-o', trace];
  const collecting = ['sh', '-c', patiently, collectorFile, '--interval', '1', '--output', bundle];
  await run(program, [...words, ...tracing, ...collecting]);
  await evidenceIn(t, bundle);
  const lines = (await readFile(trace, 'utf8')).split('\n').filter(Boolean);
  t.true(lines.length > 500);
  const forbidden =
    /^\d+ +(?:t?g?kill|rt_\w*sigqueueinfo|pidfd_send_signal|setns|unshare|u?mount2?|reboot|f?init_module|ptrace)\(/;
  // Signal 0 asks whether a process is there; Go programs, as docker's CLI, interrupt their own threads with SIGURG. On a busy machine an item
  // reaches its limit of time, and timeout(1) ends the program that it has started itself.
  const limits = new Set(
    lines.filter((line) => /execve\("[^"]*\/timeout"/.test(line)).map((line) => line.split(' ')[0]),
  );
  const isHarmless = (line: string) =>
    /^\d+ +kill\(\d+, 0\)/.test(line) ||
    / tgkill\(\d+, \d+, SIGURG/.test(line) ||
    (limits.has(line.split(' ')[0]) && / kill\(/.test(line));
  t.deepEqual(
    lines.filter((line) => forbidden.test(line) && !isHarmless(line)),
    [],
  );
  const writes = lines.filter(
    (line) =>
      /O_(?:WRONLY|RDWR|CREAT|TRUNC)/.test(line) ||
      /^\d+ +(?:creat|mk|rename|unlink|rmdir|truncate|link|symlink|chmod|fchmod|chown|fchown|utimens)/.test(line),
  );
  t.true(writes.length > 20);
  const isOwn = (line: string) =>
    line.includes(`"${bundle}`) || /"\/dev\/(?:null|tty)"/.test(line) || /ENOENT|EEXIST/.test(line);
  // Inside its directory rm(1) and tar(1) name files relative to it.
  const isBelow = (line: string) => /^\d+ +(?:unlinkat|openat|newfstatat)\((?!AT_FDCWD)\d+, "[^/]/.test(line);
  t.deepEqual(
    writes.filter((line) => !isOwn(line) && !isBelow(line)),
    [],
  );
  t.deepEqual((await readdir(directory)).toSorted(), ['bundle.tar', 'trace']);
});

test.serial('shellcheck finds nothing', async (t) => {
  const kit = await fetchKit('checks', quietly());
  const [program = '', ...words] = programOf(kit, 'usr/bin/shellcheck');
  const { stdout } = await run(program, [...words, '--shell=sh', collectorFile, receiverFile]).catch(
    (error: unknown) => ({
      stdout: String(Object(error).stdout),
    }),
  );
  t.is(stdout, '');
  t.true(readFileSync(collectorFile, 'utf8').split('\n').length <= 400);
});

test.serial('--redact: no name and no address, and the same ones are the same word', async (t) => {
  const directory = scratch(t);
  const log = path.join(directory, 'docker.log');
  const host = 'db-7.example.org';
  const uname = path.join(directory, 'uname');
  await writeFile(uname, `#!/bin/sh\n[ "$*" = -n ] && echo ${host} && exit\nexec /bin/uname "$@"\n`);
  await chmod(uname, 0o755);
  await writeFile(
    log,
    `time="2026-01-01T00:00:00Z" level=error msg="collecting stats for web on ${host} 10.1.2.3 10.1.2.3 fe80::1:2"\n`,
  );
  const bundle = path.join(directory, 'bundle.tar');
  const env = { PATH: `${directory}:${process.env['PATH']}` };
  const words = ['--samples', '1', '--redact', '--log', log, '--output', bundle];
  t.is((await collector(['sh'], words, env)).code, 0);
  const { files } = await readBundle(bundle);
  const all = [...files.values()].join('\n');
  t.false(all.includes(host));
  t.is(files.get('bundle')?.split('\n')[1], 'host host-1');
  t.false(all.includes('10.1.2.3'));
  t.false(all.includes(' web '));
  t.is(
    files
      .get('logs/daemon')
      ?.split('\n')
      .find((line) => line.startsWith('pattern'))
      ?.split('\t')[2],
    '1',
  );
});

test.serial('mistakes on the command line', async (t) => {
  const message = async (...words: string[]) => {
    const { code, stderr } = await collector(['sh'], words);
    return `${code} ${stderr.trim().split('\n').at(-1)}`;
  };
  t.is(await message('--samples', '0'), "64 collect.sh: --samples requires an integer from 1 to 100, and got '0'");
  t.is(await message('--interval', '2h'), "64 collect.sh: --interval requires an integer from 1 to 1, and got '2'");
  t.is(await message('--interval', 'x'), "64 collect.sh: --interval requires an integer from 1 to 3600, and got 'x'");
  t.is(await message('--output'), '64 collect.sh: --output requires a value');
  t.is(await message('--forced-gc'), "64 collect.sh: unknown option '--forced-gc'");
  const file = path.join(scratch(t), 'there');
  await writeFile(file, 'mine');
  t.is(await message('--output', file), `64 collect.sh: ${file} exists, and is not overwritten`);
  t.is(await readFile(file, 'utf8'), 'mine');
});

test.serial('the patterns of the collector are those of dumps', async (t) => {
  const examples = [
    'level=error msg="failed to create osl sandbox while trying to restore sandbox 1"',
    'level=warning msg="failed to populate fields for osl sandbox 1"',
    'level=error msg="collecting stats for abc: sandbox not found"',
    'unlinkat /var/lib/docker: Device or resource busy',
    'accept4: too many open files; retrying',
    'msg="daemon is not responding"',
    'SLUB: Unable to allocate memory on node -1',
    'Memory cgroup out of memory: Killed process 1',
    'Out of memory: Killed process 1',
    'mkdir /sys/fs/cgroup/memory/x: no space left on device',
    'page allocation failure: order:1',
  ].flatMap((line) => [
    `[   12.345678] ${line}`,
    `2026-11-26T08:00:00+0000 web-1 dockerd[5]: ${line}`,
    `Nov 26 08:00:00 web-1 kernel: ${line}`,
    `time="2026-11-26T08:00:00.5Z" ${line}`,
  ]);
  const log = path.join(scratch(t), 'log');
  await writeFile(log, `${examples.join('\n')}\n`);
  const bundle = `${log}.tar`;
  await collector(['sh'], ['--samples', '1', '--log', log, '--output', bundle]);
  const { logs } = evidenceOf(await readBundle(bundle));
  const namesOf = (patterns: readonly LogPattern[] = []) =>
    patterns
      .map(({ pattern, count, first, last }) => `${pattern} ${count} ${[first, last].toSorted().join()}`)
      .toSorted();
  t.deepEqual(namesOf(logs.daemon?.patterns), namesOf(countPatterns(examples.join('\n')).patterns));
  t.is(logs.daemon?.patterns.length, patternNames.length);
});
