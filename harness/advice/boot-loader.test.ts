import test from 'ava';
import { adviseBoot } from './boot-loader.ts';

const centos = 'NAME="CentOS Linux"\nVERSION="7 (Core)"\nID="centos"\nID_LIKE="rhel fedora"\n';

test('CentOS: grubby, and how the effect is seen', (t) => {
  t.deepEqual(adviseBoot(centos, ['cgroup.memory=nokmem']), {
    distribution: 'CentOS, RHEL and Fedora, with grubby',
    add: ['grubby --update-kernel=ALL --args=cgroup.memory=nokmem', 'reboot'],
    check: [
      `cgroup v1: d=/sys/fs/cgroup/memory/nokmem-check; mkdir $d && echo 1073741824 >$d/memory.kmem.limit_in_bytes && sh -c 'echo $$ >$0/cgroup.procs; ls / >/dev/null; cat $0/memory.kmem.max_usage_in_bytes' $d; rmdir $d   # 0`,
      'cgroup v2: grep -w kernel /sys/fs/cgroup/system.slice/memory.stat   # kernel 0',
    ],
    known: [
      '3.10.0-514 (CentOS 7.3) does not know it, ignores it in silence, and leaks as before; cgroup_disable=memory heals there, and so does a docker that does not account kernel memory',
      '3.10.0-1160 (CentOS 7.9) knows nokmem, which is effective there; without it 9 to 28 KB and an id of each cgroup stay',
      'on 5.10 it heals what kernel memory holds; page cache holds removed cgroups all the same, up to 6.18 at least',
      'npm run lab -- kernel inspect VMLINUZ cgroup.memory=nokmem says whether a kernel knows it',
    ],
    remove: ['grubby --update-kernel=ALL --remove-args=cgroup.memory=nokmem', 'reboot'],
  });
});

test('Debian, and what is like it: update-grub', (t) => {
  for (const id of ['ID=debian', 'ID=linuxmint\nID_LIKE="ubuntu debian"']) {
    const { add, check } = adviseBoot(id, ['cgroup_disable=memory']);
    t.deepEqual(add, [
      `sed -i 's|^GRUB_CMDLINE_LINUX="|&cgroup_disable=memory |' /etc/default/grub`,
      'update-grub',
      'reboot',
    ]);
    t.deepEqual(check, [
      'cgroup v1: grep memory /proc/cgroups   # the last column is 0',
      'cgroup v2: grep -cw memory /sys/fs/cgroup/cgroup.controllers   # 0',
    ]);
  }
});

test('an unknown distribution', (t) => {
  const { distribution, add, check, known } = adviseBoot('ID=plan9', ['slab_nomerge', 'slub_debug']);
  t.is(distribution, 'another distribution, with grub2-mkconfig');
  t.is(add[1], 'grub2-mkconfig -o /boot/grub2/grub.cfg');
  t.is(check.length, 2);
  t.deepEqual(known, ['3.10.0-514 (CentOS 7.3) does not know it: slub_nomerge is its name there']);
});

for (const [what, osRelease, first, undone] of [
  [
    'Fedora CoreOS, though its ID is fedora',
    'ID=fedora\nVARIANT_ID=coreos\n',
    'rpm-ostree kargs --append-if-missing=cgroup.memory=nokmem --append-if-missing=slab_nomerge',
    'rpm-ostree kargs --delete-if-present=cgroup.memory=nokmem --delete-if-present=slab_nomerge',
  ],
  [
    'Flatcar',
    'ID=flatcar\nID_LIKE=coreos\n',
    `echo 'set linux_append="$linux_append cgroup.memory=nokmem slab_nomerge"' >> /usr/share/oem/grub.cfg`,
    String.raw`sed -i '\|cgroup\.memory=nokmem slab_nomerge|d' /usr/share/oem/grub.cfg`,
  ],
  [
    'openSUSE MicroOS',
    'ID="opensuse-microos"\nID_LIKE="suse opensuse"\n',
    `sed -i 's|^GRUB_CMDLINE_LINUX="|&cgroup.memory=nokmem slab_nomerge |' /etc/default/grub`,
    String.raw`sed -i 's|cgroup\.memory=nokmem slab_nomerge ||' /etc/default/grub`,
  ],
  [
    'Raspberry Pi OS of 32 bits',
    'ID=raspbian\nID_LIKE=debian\n',
    `sed -i '1s|$| cgroup.memory=nokmem slab_nomerge|' /boot/firmware/cmdline.txt`,
    String.raw`sed -i '1s| cgroup\.memory=nokmem slab_nomerge||' /boot/firmware/cmdline.txt`,
  ],
  [
    'Amazon Linux',
    'ID="amzn"\nID_LIKE="fedora"\n',
    `grubby --update-kernel=ALL '--args=cgroup.memory=nokmem slab_nomerge'`,
    `grubby --update-kernel=ALL '--remove-args=cgroup.memory=nokmem slab_nomerge'`,
  ],
  [
    'openSUSE Tumbleweed',
    'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n',
    `sed -i 's|^GRUB_CMDLINE_LINUX="|&cgroup.memory=nokmem slab_nomerge |' /etc/default/grub`,
    String.raw`sed -i 's|cgroup\.memory=nokmem slab_nomerge ||' /etc/default/grub`,
  ],
  [
    'Ubuntu',
    'ID=ubuntu\nID_LIKE=debian\n',
    `sed -i 's|^GRUB_CMDLINE_LINUX="|&cgroup.memory=nokmem slab_nomerge |' /etc/default/grub`,
    String.raw`sed -i 's|cgroup\.memory=nokmem slab_nomerge ||' /etc/default/grub`,
  ],
] as const) {
  test(`${what}: its own way, and back`, (t) => {
    const { add, remove } = adviseBoot(osRelease, ['cgroup.memory=nokmem', 'slab_nomerge']);
    t.deepEqual([add[0], remove[0]], [first, undone]);
    t.deepEqual([add.at(-1), remove.at(-1)], ['reboot', 'reboot']);
  });
}

test('a Raspberry Pi that calls itself Debian', (t) => {
  const { distribution } = adviseBoot('ID=debian', ['slab_nomerge'], { isRaspberryPi: true });
  t.is(distribution, 'Raspberry Pi OS');
});
