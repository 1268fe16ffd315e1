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
    t.deepEqual(check, ['grep memory /proc/cgroups   # the last column is 0, or there is no such line']);
  }
});

test('what nobody has heard of', (t) => {
  const { distribution, add, check, known } = adviseBoot('ID=plan9', ['slab_nomerge', 'slub_debug']);
  t.is(distribution, 'another distribution, with grub2-mkconfig');
  t.is(add[1], 'grub2-mkconfig -o /boot/grub2/grub.cfg');
  t.is(check.length, 2);
  t.deepEqual(known, ['3.10.0-514 (CentOS 7.3) does not know it: slub_nomerge is its name there']);
});
