import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
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

test('this process is alive', isIn, ownOwner(), 'alive');
test('another process with the same pid', isIn, [boot, namespace, pid, `${started}0`].join('.'), 'dead');
test('a pid without a process', isIn, [boot, namespace, 2 ** 22 + 1, 1].join('.'), 'dead');
test('a process of another PID namespace', isIn, [boot, `1${namespace}`, pid, started].join('.'), 'unknown');
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
