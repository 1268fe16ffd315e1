import { evidenceOf } from '../bundle/parse-bundle.ts';
import { bundleOf } from '../bundle/parse-info.ts';
import type { HostEvidence } from '../model/evidence.ts';

/** The files of a healthy host with docker 20.10.24 and two containers, as the collector writes them. */
const healthy: Readonly<Record<string, string | undefined>> = {
  bundle: `format 1
host web-1
time 2026-11-26T08:00:00Z
uid 0
interval 60
samples 2
ticks 100
redacted no
deep no
daemon 500
containerd 400
`,
  'host/uname': 'Linux 5.10.0-32-amd64 #1 SMP x86_64\n',
  'host/os-release': 'PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\nID=debian\nVERSION_ID="11"\n',
  'host/cmdline': 'BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro\n',
  'host/cpus': 'online 4\npossible 0-7\n',
  'host/sysctl': 'fs/file-nr 1000 0 100000\n',
  'docker/flags': '--live-restore\n',
  'docker/processes': '500 dockerd 1\n400 containerd 1\n',
  'docker/version': 'version 20.10.24, build abc\n',
  'docker/mounts': `113 112 0:41 / / rw shared:1 - ext4 /dev/sda1 rw
200 113 0:4 net:[4026532263] /run/docker/netns/aaa rw shared:2 - nsfs nsfs rw
201 113 0:4 net:[4026532336] /run/docker/netns/bbb rw shared:3 - nsfs nsfs rw
daemon mnt:[1]
init mnt:[1]
`,
  'docker/netns-files': `magic 6e736673 run/docker/netns/aaa
magic 6e736673 run/docker/netns/bbb
inode 4026532263 run/docker/netns/aaa
inode 4026532336 run/docker/netns/bbb
`,
  'docker/containers': `host 4026531840
container ${'a'.repeat(64)} 600 4026532263 docker
container ${'b'.repeat(64)} 601 4026532336 docker
`,
  'docker/addresses': '600 172.17.0.2\n601 172.17.0.3\n',
  'docker/peers': 'gone 0\nunseen 0\npeer 700 2\n',
  'docker/callers': `700\t0\t5000\tagent\t\t\tagent.service\n`,
  'logs/daemon': 'lines 1000\n',
  'logs/kernel': 'lines 500\n',
  ...sampleFiles(1, { time: '1000\n100.00 50.00\n' }),
  ...sampleFiles(2, { time: '1060\n160.00 90.00\n' }),
};

/** The files of one sample; what is given replaces the usual ones. */
export function sampleFiles(
  number: number,
  files: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const usual: Record<string, string | undefined> = {
    meminfo: 'MemAvailable: 8000000 kB\nSUnreclaim: 50000 kB\nPercpu: 2000 kB\nShmem: 1000 kB\nCached: 900000 kB\n',
    cgroups: '#subsys_name hierarchy num_cgroups enabled\nmemory 4 60 1\n',
    directories: 'memory 55 root yes\n',
    'slab-names': 'ids 0\ncopies 0\n',
    dockerd: 'State:\tS (sleeping)\nVmRSS: 80000 kB\nThreads: 20\nMax open files  1048576 1048576 files\nstart 2000\n',
    'dockerd-fds': 'total 60\nlooked 60\nkind socket 20\nkind file 40\n',
    containerd:
      'State:\tS (sleeping)\nVmRSS: 40000 kB\nThreads: 15\nMax open files  1048576 1048576 files\nstart 1000\n',
    'containerd-fds': 'total 30\nlooked 30\nkind file 30\n',
    connections: 'connections 2\n',
    shims: '2\n',
    info: '"ServerVersion":"20.10.24"\n"LiveRestoreEnabled":true\n"NFd":60\n"NGoroutines":80\n',
    ...files,
  };
  return Object.fromEntries(Object.entries(usual).map(([name, text]) => [`samples/${number}/${name}`, text]));
}

/** The files of a bundle of a healthy host, with others in their place; undefined removes one. */
export function fakeFiles(changes: Readonly<Record<string, string | undefined>> = {}): Map<string, string> {
  const wanted = Object.entries({ ...healthy, ...changes });
  const files = new Map(wanted.flatMap(([file, text]) => (text === undefined ? [] : [[file, text] as const])));
  const rows = [...files].map(([file, text]) => `${file}\tok\t${text.length}\troot\tevidence\n`);
  if (!files.has('contents.tsv')) files.set('contents.tsv', `file\tstatus\tbytes\treader\twhat\n${rows.join('')}`);
  return files;
}

/** The evidence of such a bundle. */
export function fakeEvidence(changes: Readonly<Record<string, string | undefined>> = {}): HostEvidence {
  return evidenceOf(bundleOf(fakeFiles(changes)));
}
