import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import { scratch } from '../../../test/support/scratch.ts';
import { ownerState, ownOwner } from './owner.ts';

const [boot, namespace, pid, started] = ownOwner().split('.');

test('an owner is named by boot, PID namespace, pid and start time', (t) => {
  t.regex(ownOwner(), /^[0-9a-f]{8}\.\d+\.\d+\.\d+$/);
  t.is(boot, readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8));
  t.is(pid, `${process.pid}`);
  t.is(ownOwner(), ownOwner());
});

const isIn = test.macro((t, owner: string, state: ReturnType<typeof ownerState>) => {
  t.is(ownerState(owner), state);
});

test('the threads of a process have cgroups of their own', async (t) => {
  const script = `import { parentPort } from 'node:worker_threads';
    import { ownCgroup } from ${JSON.stringify(new URL('owner.ts', import.meta.url).href)};
    parentPort.postMessage(ownCgroup('vm', 1));`;
  const names = [1, 2].map(async () => {
    const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`));
    const [name]: unknown[] = await once(thread, 'message');
    return name;
  });
  const [one, other] = await Promise.all(names);
  t.regex(String(one), /^vm-\d+-1$/);
  t.not(one, other);
});

test('this process is alive', isIn, ownOwner(), 'alive');
test('another process with the same pid', isIn, [boot, namespace, pid, `${started}0`].join('.'), 'dead');
test('a pid without a process', isIn, [boot, namespace, 2 ** 22 + 1, 1].join('.'), 'dead');

const isInitial = namespace === '4026531836';
// From any other PID namespace, and for other users, such an owner is `unknown`: the test below.
const asRootOfAll = isInitial && process.geteuid?.() === 0 ? test : test.skip;

asRootOfAll('an owner in another PID namespace is seen from the first one, until it ends', async (t) => {
  const script = `import { ownOwner } from ${JSON.stringify(new URL('owner.ts', import.meta.url).href)};
    console.log(ownOwner());
    setInterval(() => {}, 1000);`;
  const words = ['--pid', '--fork', '--kill-child=KILL', '--mount-proc', process.execPath];
  const child = spawn('unshare', [...words, '--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  t.teardown(() => child.kill('SIGKILL'));
  const [line]: unknown[] = await once(child.stdout, 'data');
  const owner = String(line).trim();
  t.not(owner.split('.')[1], namespace);
  t.is(ownerState(owner), 'alive');
  child.kill('SIGKILL');
  await ended;
  const deadline = performance.now() + 20_000;
  while (ownerState(owner) === 'alive' && performance.now() < deadline) await sleep(10);
  t.is(ownerState(owner), 'dead');
});

test('an owner in another PID namespace is not known from any but the first', (t) => {
  const script = `import { ownerState } from ${JSON.stringify(new URL('owner.ts', import.meta.url).href)};
    console.log(ownerState(${JSON.stringify(ownOwner())}));`;
  const words = ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc', process.execPath];
  const { stdout } = spawnSync('unshare', [...words, '--input-type=module', '--eval', script], { encoding: 'utf8' });
  t.is(stdout, 'unknown\n');
});

test('a process before the last boot', isIn, [flipped(boot), namespace, pid, started].join('.'), 'dead');
test('another boot, another namespace', isIn, [flipped(boot), '1', pid, started].join('.'), 'dead');
test('a cell is no owner', isIn, 'cell-1', 'not-ours');
test('nothing is no owner', isIn, '', 'not-ours');
test('less than an owner', isIn, [boot, namespace, pid].join('.'), 'not-ours');
test('more than an owner', isIn, `${ownOwner()}.5`, 'not-ours');
test('more before an owner', isIn, `x${ownOwner()}`, 'not-ours');

function flipped(id = ''): string {
  return `${id.slice(0, 7)}${id.endsWith('0') ? '1' : '0'}`;
}

test('an owner whose command has spaces and parentheses lives until it ends', async (t) => {
  const program = path.join(scratch(t), 'a) S 1 (b');
  await symlink(spawnSync('sh', ['-c', 'command -v sleep'], { encoding: 'utf8' }).stdout.trim(), program);
  const child = spawn(program, ['600'], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  t.teardown(() => child.kill('SIGKILL'));
  await once(child, 'spawn');
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  // The last parenthesis ends the command, and 19 fields further is the start time.
  const start = /^.*\) (?:\S+ ){19}(\d+) /s.exec(stat)?.[1];
  const owner = [boot, namespace, child.pid, start].join('.');
  t.is(ownerState(owner), 'alive');
  child.kill('SIGKILL');
  await ended;
  t.is(ownerState(owner), 'dead');
});
