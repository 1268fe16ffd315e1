import test from 'ava';
import { adviseBoot } from './boot-loader.ts';

const centos = 'NAME="CentOS Linux"\nVERSION="7 (Core)"\nID="centos"\nID_LIKE="rhel fedora"\n';

test('CentOS: grubby, and how the effect is seen', (t) => {
  t.deepEqual(adviseBoot(centos, ['cgroup.memory=nokmem']), {
    distribution: 'CentOS, RHEL and Fedora, with grubby',
    add: ['grubby --update-kernel=ALL --args="cgroup.memory=nokmem"', 'reboot'],
    check: [
      'cgroup v1: cat /sys/fs/cgroup/memory/system.slice/memory.kmem.usage_in_bytes   # 0',
      'cgroup v2: grep -w kernel /sys/fs/cgroup/system.slice/memory.stat              # kernel 0',
    ],
    remove: ['grubby --update-kernel=ALL --remove-args="cgroup.memory=nokmem"', 'reboot'],
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
    t.deepEqual(check, ['grep memory /proc/cgroups   # the last column is 0, or there is no such line']);
  }
});

test('what nobody has heard of', (t) => {
  const { distribution, add, check } = adviseBoot('ID=plan9', ['slab_nomerge', 'slub_debug']);
  t.is(distribution, 'another distribution, with grub2-mkconfig');
  t.is(add[1], 'grub2-mkconfig -o /boot/grub2/grub.cfg');
  t.is(check.length, 2);
});
