import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { quietly } from '../fetch/cache.ts';
import { fetchDockerBuild } from '../fetch/docker-build.ts';
import { startDockerd } from '../daemons/dockerd.ts';
import { collectorFile } from '../diagnose/collect.ts';
import { openLocalMachine } from '../machines/local/local.ts';
import type { Machine } from '../machine/contract.ts';
import { requireBeside } from '../machine/beside.ts';

/** The cost of one collection on a large host, and of many bundles. */
export interface DiagnosisFigures {
  collection: {
    wall: number;
    /** Seconds of the collector and its children. */
    cpu: number;
    /** The most charged to its cgroup, with page cache and what the kernel has for it, and that of the kernel alone. */
    peakBytes: number;
    kernelPeakBytes: number;
    /** Seconds of dockerd's CPU while it was collected, and in as long a time before. */
    daemonCpu: number;
    daemonIdleCpu: number;
    /** Bytes of the bundle, and items that were cut, skipped or timed out. */
    bundleBytes: number;
    incomplete: string[];
  };
  /** Seconds to judge and draw all bundles. */
  bundles: { count: number; seconds: number };
}

/** Connections to dockerd, cgroups, network namespaces of containers, and bundles. */
const [connections, cgroups, namespaces, bundles] = [10_000, 5000, 500, 1000];

/** Opens connections and holds them until its input ends. */
const holder = `
import resource, socket, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
kept = []
for _ in range(int(sys.argv[2])):
    one = socket.socket(socket.AF_UNIX)
    one.connect(sys.argv[1])
    kept.append(one)
print('open', flush=True)
sys.stdin.read()
`;

/** Cgroups, and sleepers in network namespaces and cgroups of their own, as containers of docker look. $1 and $2: how many. */
const crowd = `
memory=/sys/fs/cgroup/memory
mkdir -p $memory/docker $memory/crowd /run/docker/netns
i=0; while [ $i -lt $1 ]; do mkdir $memory/crowd/$i; i=$((i + 1)); done
i=0; while [ $i -lt $2 ]; do
  id=$(printf %064x $((i + 1)))
  mkdir $memory/docker/$id
  sh -c 'echo $$ >$0/cgroup.procs; exec unshare --net sleep 3600' $memory/docker/$id </dev/null >/dev/null 2>&1 &
  i=$((i + 1))
done
sleep 1
for file in $memory/docker/*/cgroup.procs; do
  read -r pid <$file
  until [ "$(readlink /proc/$pid/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
  : >/run/docker/netns/$pid && mount --bind /proc/$pid/ns/net /run/docker/netns/$pid
done
ls /run/docker/netns | wc -l`;

/** Ends the sleepers, and removes the cgroups: they would outlive the cell. */
const disperse = `
memory=/sys/fs/cgroup/memory
cat $memory/docker/*/cgroup.procs | xargs kill -KILL
umount /run/docker/netns/*
for tries in 1 2 3 4 5; do find $memory/crowd $memory/docker -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null && break; sleep 1; done
rmdir $memory/crowd $memory/docker
exit 0`;

/** Runs the collector in a cgroup of its own. $0: where its bundle goes */
const collect = `
own=/sys/fs/cgroup/memory/collector
mkdir $own && echo $$ >$own/cgroup.procs
busybox time -o /run/cost -f '%U %S' sh /run/collect.sh --interval 1s --output $0 >/dev/null || exit 1
tail -n 1 /run/cost
cat $own/memory.max_usage_in_bytes $own/memory.kmem.max_usage_in_bytes
echo $$ >/sys/fs/cgroup/memory/cgroup.procs
for tries in 1 2 3 4 5; do rmdir $own 2>/dev/null && exit; sleep 1; done`;

/** Nanoseconds of CPU that the threads of dockerd have used. */
const daemonTime = `cat /proc/$(cat /run/docker.pid)/task/*/schedstat | awk '{ sum += $1 } END { printf "%.0f", sum }'`;

async function shell(machine: Machine, script: string, ...words: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await machine.run(['sh', '-c', script, ...words], { timeout: 300_000 });
  if (exitCode !== 0) throw new Error(`the cell said: ${stderr || stdout}`);
  return stdout.trim();
}

/** Measures in a cell with a real dockerd, then judges copies of its bundle by the command as a user would. */
export async function measureDiagnosis(daemonName: string, start: string): Promise<DiagnosisFigures> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'lab-bench-'));
  try {
    const bundle = path.join(directory, 'bundle.tar');
    const collection = await measureCollection(daemonName, bundle);
    const copies = Array.from({ length: bundles }, (_, index) => path.join(directory, `${index}.tar`));
    await Promise.all(copies.map((copy) => symlink(bundle, copy)));
    const files = ['--html', path.join(directory, 'page.html'), '--csv', path.join(directory, 'table.csv')];
    const begin = performance.now();
    const child = spawn(process.execPath, [...process.execArgv, start, 'lab', 'diagnose', ...copies, ...files], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await once(child, 'exit');
    return { collection, bundles: { count: bundles, seconds: (performance.now() - begin) / 1000 } };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function measureCollection(daemonName: string, bundle: string): Promise<DiagnosisFigures['collection']> {
  const build = await fetchDockerBuild(daemonName, quietly());
  await using machine = await openLocalMachine(build, { memoryBytes: 3 * 2 ** 30, diskBytes: 512 << 20, seconds: 900 });
  requireBeside(machine);
  const daemon = await startDockerd(machine, build, {
    systemd: '252',
    mountFlags: 'unset',
    liveRestore: false,
    log: '/dev/null',
  });
  await machine.writeFile('/run/collect.sh', await readFile(collectorFile));
  const words = (seen: (place: string) => string) => ['python3', '-c', holder, seen(daemon.socket), `${connections}`];
  const clients = await machine.startBeside({ files: [], words });
  await once(clients.stdout, 'data');
  try {
    await shell(machine, crowd, 'crowd', `${cgroups}`, `${namespaces}`);
    const daemonSeconds = async () => Number(await shell(machine, daemonTime)) / 1e9;
    const before = await daemonSeconds();
    const begin = performance.now();
    const [cost = '', peak = '', kernelPeak = ''] = (await shell(machine, collect, '/run/bundle.tar')).split('\n');
    const wall = (performance.now() - begin) / 1000;
    const [user, system] = cost.split(' ');
    const after = await daemonSeconds();
    await new Promise((resolve) => setTimeout(resolve, wall * 1000));
    const idle = (await daemonSeconds()) - after;
    const content = await machine.readFile('/run/bundle.tar');
    await writeFile(bundle, content);
    const contents = await shell(machine, 'tar -xOf /run/bundle.tar ./contents.tsv');
    return {
      wall,
      cpu: Number(user) + Number(system),
      peakBytes: Number(peak),
      kernelPeakBytes: Number(kernelPeak),
      daemonCpu: after - before,
      daemonIdleCpu: idle,
      bundleBytes: content.length,
      incomplete: contents.split('\n').filter((row) => /\t(?:cut|timeout|skipped)\t/.test(row)),
    };
  } finally {
    clients.stdin.end();
    await shell(machine, disperse);
  }
}

/** For people. */
export function describeDiagnosis({ collection, bundles: many }: DiagnosisFigures): string {
  const { wall, cpu, peakBytes, kernelPeakBytes, daemonCpu, daemonIdleCpu, bundleBytes, incomplete } = collection;
  const mebibytes = (value: number) => `${(value / (1 << 20)).toFixed(1)} MiB`;
  const count = (value: number) => value.toLocaleString('en');
  return [
    `one collection beside ${count(connections)} connections, ${count(cgroups)} cgroups, ${count(namespaces)} network namespaces:`,
    `  ${wall.toFixed(1)} s, 1 s of it between the samples; CPU ${cpu.toFixed(2)} s, bundle ${count(Math.round(bundleBytes / 1024))} KiB`,
    `  memory charged: at most ${mebibytes(peakBytes)} with page cache, ${mebibytes(kernelPeakBytes)} of it in the kernel`,
    `  CPU of dockerd during the collection: ${Math.round(daemonCpu * 1000)} ms; in as long a time without one: ${Math.round(daemonIdleCpu * 1000)} ms`,
    ...incomplete.map((row) => `  incomplete: ${row.split('\t').slice(0, 2).join(' ')}`),
    `${count(many.count)} bundles judged and drawn (text, CSV, HTML): ${many.seconds.toFixed(1)} s`,
  ].join('\n');
}
