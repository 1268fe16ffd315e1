#!/bin/sh
# libvirt.sh: starts libvirtd in a local cell, and waits until it answers. Everything in it is root's, as there is nobody else, and nothing
# is confined further: the cell is.
set -eu
cat >/etc/libvirt/qemu.conf <<'END'
user = "root"
group = "root"
security_driver = "none"
cgroup_controllers = []
namespaces = []
stdio_handler = "file"
remember_owner = 0
END
cat >/etc/libvirt/libvirtd.conf <<'END'
unix_sock_group = "root"
auth_unix_ro = "none"
auth_unix_rw = "none"
END
# It looks for them, though it never becomes them.
echo 'libvirt-qemu:x:64055:108::/var/lib/libvirt:/usr/sbin/nologin' >>/etc/passwd
printf 'kvm:x:108:\nlibvirt-qemu:x:64055:\n' >>/etc/group
mkdir -p /dev/net /run/libvirt /var/lib/libvirt/images
mknod /dev/net/tun c 10 200
exec libvirtd
