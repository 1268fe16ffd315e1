import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { scratch } from '../../../test/support/scratch.ts';
import { LabError } from '../../core/errors.ts';
import type { CgroupLayout } from './cgroup-layout.ts';
import { makeCgroupTree, sweepCgroups } from './cgroup-tree.ts';
import { ownOwner } from './owner.ts';

const [boot, namespace, pid, started] = ownOwner().split('.');
const dead = `${boot}.${namespace}.${pid}.${started}0`;

test('what a dead owner left is swept, in every hierarchy', async (t) => {
  const directory = scratch(t);
  const hierarchies = ['memory', 'cpu,cpuacct', 'empty'].map((controllers) => ({
    controllers,
    mountPoint: path.join(directory, controllers),
  }));
  await mkdir(path.join(directory, 'memory/dockerd-leak-lab', dead, 'cell-1/docker/74edb62107a8'), { recursive: true });
  await mkdir(path.join(directory, 'memory/dockerd-leak-lab', dead, 'cell-2'), { recursive: true });
  await mkdir(path.join(directory, 'cpu,cpuacct/dockerd-leak-lab', dead), { recursive: true });
  await mkdir(path.join(directory, 'empty'));
  t.deepEqual(await sweepCgroups(hierarchies), [
    path.join(directory, 'memory/dockerd-leak-lab', dead),
    path.join(directory, 'cpu,cpuacct/dockerd-leak-lab', dead),
  ]);
  // The lab's own directory goes with its last owner.
  t.deepEqual((await readdir(directory, { recursive: true })).sort(), ['cpu,cpuacct', 'empty', 'memory']);
});

test('nothing else is touched', async (t) => {
  const mountPoint = scratch(t);
  const alive = `dockerd-leak-lab/${ownOwner()}/cell-1`;
  const foreign = ['dockerd-leak-lab/not-an-owner/cell-1', `docker/${dead}`, dead];
  for (const kept of [alive, ...foreign]) await mkdir(path.join(mountPoint, kept), { recursive: true });
  const before = (await readdir(mountPoint, { recursive: true })).sort();
  await mkdir(path.join(mountPoint, 'dockerd-leak-lab', dead, 'cell-1'), { recursive: true });
  t.deepEqual(await sweepCgroups([{ controllers: 'memory', mountPoint }]), [
    path.join(mountPoint, 'dockerd-leak-lab', dead),
  ]);
  t.deepEqual((await readdir(mountPoint, { recursive: true })).sort(), before);
});

test('a lab in a PID namespace of its own does not touch what it cannot see', async (t) => {
  const mountPoint = scratch(t);
  const kept = path.join('dockerd-leak-lab', ownOwner(), 'cell-1');
  await mkdir(path.join(mountPoint, kept), { recursive: true });
  const script = `import { sweepCgroups } from ${JSON.stringify(new URL('cgroup-tree.ts', import.meta.url).href)};
    console.log(await sweepCgroups([{ controllers: 'memory', mountPoint: ${JSON.stringify(mountPoint)} }]));`;
  const words = ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc', process.execPath];
  const { stdout } = spawnSync('unshare', [...words, '--input-type=module', '--eval', script], { encoding: 'utf8' });
  t.is(stdout, '[]\n');
  t.true((await readdir(mountPoint, { recursive: true })).includes(kept));
});

test('a directory that will not go is told with who is in it', async (t) => {
  const mountPoint = scratch(t);
  const cell = path.join(mountPoint, 'dockerd-leak-lab', dead, 'cell-1');
  await mkdir(cell, { recursive: true });
  // A plain directory with a file in it cannot be removed, as a cgroup with processes cannot.
  await writeFile(path.join(cell, 'cgroup.procs'), '4711\n4712\n');
  await t.throwsAsync(sweepCgroups([{ controllers: 'memory', mountPoint }]), {
    instanceOf: LabError,
    message: `removing the cgroup ${cell}: ENOTEMPTY: directory not empty, rmdir '${cell}'; processes in it: 4711 4712
  expected: it is empty, since every process of the cell is dead
  what you can do: look at these processes; the next start of the lab removes the directory`,
  });
});

test('a cell of v1 has a directory in each hierarchy, its budget and its CPUs', async (t) => {
  const directory = scratch(t);
  const hierarchies = ['cpuset', 'memory'].map((controllers) => ({
    controllers,
    mountPoint: path.join(directory, controllers),
  }));
  for (const { mountPoint } of hierarchies) await mkdir(mountPoint);
  await writeFile(path.join(directory, 'cpuset/cpuset.cpus'), '0-1\n');
  await writeFile(path.join(directory, 'cpuset/cpuset.mems'), '0\n');
  const tree = await makeCgroupTree({ version: 1, hierarchies }, 'cell-3', 1 << 30);
  const roots = hierarchies.map(({ mountPoint }) => path.join(mountPoint, 'dockerd-leak-lab', ownOwner(), 'cell-3'));
  t.deepEqual(tree.roots, roots);
  t.deepEqual(tree.members, roots);
  const [cpuset = '', memory = ''] = roots;
  t.is(await readFile(path.join(cpuset, 'cpuset.cpus'), 'utf8'), '0-1\n');
  t.is(await readFile(path.join(cpuset, 'cpuset.mems'), 'utf8'), '0\n');
  t.is(await readFile(path.join(memory, 'memory.limit_in_bytes'), 'utf8'), '1073741824');
  await writeFile(path.join(memory, 'memory.oom_control'), 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n');
  t.is(await tree.memoryKills(), 2);
});

test('a directory that another lab removes while a cell is made is made again', async (t) => {
  const mountPoint = scratch(t);
  for (const file of ['cpuset.cpus', 'cpuset.mems']) await writeFile(path.join(mountPoint, file), '0\n');
  const top = path.join(mountPoint, 'dockerd-leak-lab');
  let isOver = false;
  let removed = 0;
  // As the kernel removes a cgroup: with its files, and only where no other is below it.
  const remover = (async () => {
    while (!isOver) {
      await sleep(Math.random() * 3);
      const entries = await readdir(top, { withFileTypes: true }).catch(() => []);
      if (entries.some((entry) => entry.isDirectory())) continue;
      for (const { name } of entries) await rm(path.join(top, name), { force: true });
      await rmdir(top).then(
        () => removed++,
        () => undefined,
      );
    }
  })();
  const layout: CgroupLayout = { version: 1, hierarchies: [{ controllers: 'cpuset', mountPoint }] };
  try {
    for (let i = 0; i < 40; i++) {
      const { roots } = await makeCgroupTree(layout, `cell-${i}`, 1);
      t.is(await readFile(path.join(roots[0] ?? '', 'cpuset.cpus'), 'utf8'), '0\n');
      await rm(path.join(top, ownOwner()), { recursive: true });
    }
  } finally {
    isOver = true;
    await remover;
  }
  t.true(removed > 0);
});

const cpusets = '/sys/fs/cgroup/cpuset';
// A host with cgroup v2 alone has no cpusets that need CPUs. Plain directories would not do: their files do not come and go with them.
const withCpusets = existsSync(path.join(cpusets, 'cpuset.cpus')) ? test : test.skip;

withCpusets('a directory that another lab has just made, and has given no CPUs yet', async (t) => {
  const mountPoint = path.join(cpusets, `dockerd-leak-lab-test-${process.pid}`);
  await mkdir(mountPoint);
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    await writeFile(path.join(mountPoint, file), await readFile(path.join(cpusets, file), 'utf8'));
  }
  const others = spawn(
    'sh',
    ['-c', 'while :; do rmdir "$0"; mkdir "$0"; done', path.join(mountPoint, 'dockerd-leak-lab')],
    {
      stdio: 'ignore',
    },
  );
  const layout: CgroupLayout = { version: 1, hierarchies: [{ controllers: 'cpuset', mountPoint }] };
  try {
    for (let i = 0; i < 100; i++) {
      const tree = await makeCgroupTree(layout, `cell-${i}`, 1);
      t.not((await readFile(path.join(tree.roots[0] ?? '', 'cpuset.cpus'), 'utf8')).trim(), '');
      await tree.remove();
    }
  } finally {
    others.kill('SIGKILL');
    await once(others, 'exit');
    await rmdir(path.join(mountPoint, 'dockerd-leak-lab')).catch(() => undefined);
    await rmdir(mountPoint);
  }
});

test('a cell of v2 has one directory with controllers, and its programs join one below', async (t) => {
  const mountPoint = scratch(t);
  const owner = path.join(mountPoint, 'dockerd-leak-lab', ownOwner());
  await mkdir(owner, { recursive: true });
  for (const parent of [mountPoint, path.dirname(owner), owner]) {
    await writeFile(path.join(parent, 'cgroup.controllers'), 'cpuset cpu io memory hugetlb pids rdma\n');
  }
  const hierarchies = [{ controllers: 'v2', mountPoint }];
  const tree = await makeCgroupTree({ version: 2, hierarchies }, 'cell-1', 1 << 20);
  const root = path.join(owner, 'cell-1');
  t.deepEqual([tree.roots, tree.members], [[root], [path.join(root, 'init')]]);
  t.is(await readFile(path.join(owner, 'cgroup.subtree_control'), 'utf8'), '+cpuset +cpu +io +memory +pids');
  t.is(await readFile(path.join(root, 'memory.max'), 'utf8'), '1048576');
  await writeFile(path.join(root, 'memory.events'), 'low 0\nhigh 0\nmax 9\noom 7\noom_kill 5\noom_group_kill 1\n');
  t.is(await tree.memoryKills(), 5);
});

test('a removed cell takes the directories above it along when it was the last', async (t) => {
  const mountPoint = scratch(t);
  const layout: CgroupLayout = { version: 1, hierarchies: [{ controllers: 'pids', mountPoint }] };
  const [one, two] = [await makeCgroupTree(layout, 'cell-1', 1), await makeCgroupTree(layout, 'cell-2', 1)];
  t.is(await one.memoryKills(), 0);
  await one.remove();
  t.deepEqual(await readdir(path.join(mountPoint, 'dockerd-leak-lab', ownOwner())), ['cell-2']);
  await two.remove();
  t.deepEqual(await readdir(mountPoint), []);
});
