import test from 'ava';
import { parseCgroupLayout, type CgroupLayout } from './cgroup-layout.ts';

const parses = test.macro((t, mountInfo: string, expected: CgroupLayout | undefined) => {
  t.deepEqual(parseCgroupLayout(mountInfo), expected);
});

test(
  'systemd, hybrid: v1 controllers, and a cgroup2 beside them that counts for nothing',
  parses,
  `25 30 0:23 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:9 - tmpfs tmpfs ro,mode=755
26 25 0:24 / /sys/fs/cgroup/unified rw,nosuid,nodev,noexec,relatime shared:10 - cgroup2 cgroup2 rw,nsdelegate
27 25 0:25 / /sys/fs/cgroup/systemd rw,nosuid,nodev,noexec,relatime shared:11 - cgroup cgroup rw,xattr,release_agent=/usr/lib/systemd/systemd-cgroups-agent,name=systemd
28 25 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid,nodev,noexec,relatime shared:15 - cgroup cgroup rw,cpu,cpuacct
29 25 0:30 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime shared:16 - cgroup cgroup rw,memory
30 25 0:31 / /sys/fs/cgroup/cpuset rw,nosuid,nodev,noexec,relatime shared:17 - cgroup cgroup rw,cpuset,noprefix,clone_children
`,
  {
    version: 1,
    hierarchies: [
      { controllers: 'none,name=systemd', mountPoint: '/sys/fs/cgroup/systemd' },
      { controllers: 'cpu,cpuacct', mountPoint: '/sys/fs/cgroup/cpu,cpuacct' },
      { controllers: 'memory', mountPoint: '/sys/fs/cgroup/memory' },
      { controllers: 'cpuset', mountPoint: '/sys/fs/cgroup/cpuset' },
    ],
  },
);

test(
  'v2 alone',
  parses,
  `24 30 0:22 / /proc rw,nosuid,nodev,noexec,relatime shared:12 - proc proc rw
25 30 0:23 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
`,
  { version: 2, hierarchies: [{ controllers: 'v2', mountPoint: '/sys/fs/cgroup' }] },
);

test(
  'v2 alone, mounted once more further in',
  parses,
  `25 30 0:23 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw
902 900 0:23 /inner /run/inner/cgroup rw,relatime - cgroup2 cgroup rw
`,
  { version: 2, hierarchies: [{ controllers: 'v2', mountPoint: '/sys/fs/cgroup' }] },
);

test(
  'v2 with a named v1 hierarchy, which has no controllers',
  parses,
  `25 30 0:23 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw
26 25 0:24 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
`,
  { version: 2, hierarchies: [{ controllers: 'v2', mountPoint: '/sys/fs/cgroup' }] },
);

test(
  'a named v1 hierarchy alone is of no use',
  parses,
  '26 25 0:24 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd\n',
  undefined,
);

test(
  'none',
  parses,
  '24 30 0:22 / /proc rw,relatime - proc proc rw\n25 30 0:23 / / rw - ext4 /dev/vda rw\n',
  undefined,
);
test('nothing mounted at all', parses, '', undefined);

test(
  'a docker container: hierarchies are bind mounts of a part of them, the outermost mount first',
  parses,
  `822 821 0:29 /docker/74edb62107a8 /sys/fs/cgroup/cpu,cpuacct ro,nosuid,nodev,noexec,relatime master:15 - cgroup cgroup rw,cpu,cpuacct
823 821 0:30 /docker/74edb62107a8 /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime master:16 - cgroup cgroup rw,memory
901 900 0:30 /docker/74edb62107a8/inner /run/inner/memory rw,relatime - cgroup cgroup rw,memory
902 900 0:26 / /run/inner/unified rw,relatime - cgroup2 cgroup rw
`,
  {
    version: 1,
    hierarchies: [
      { controllers: 'cpu,cpuacct', mountPoint: '/sys/fs/cgroup/cpu,cpuacct' },
      { controllers: 'memory', mountPoint: '/sys/fs/cgroup/memory' },
    ],
  },
);
