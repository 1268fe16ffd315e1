#!/bin/sh
# prepare.sh ROOT KEY RELEASE: makes a root file system of unpacked packages one that GRUB and systemd boot and that vagrant can log in to:
# does what the maintainer scripts would have done, as far as that takes it. KEY is the public key of vagrant's user, RELEASE that of its kernel.
set -eu
root=$1
key=$2
release=$3

cat >>"$root/etc/passwd" <<'END'
sshd:x:100:65534::/run/sshd:/usr/sbin/nologin
messagebus:x:101:101::/nonexistent:/usr/sbin/nologin
vagrant:x:1000:1000::/home/vagrant:/bin/bash
END
cat >>"$root/etc/group" <<'END'
messagebus:x:101:
vagrant:x:1000:
END
printf 'root:*:19000::::::\nsshd:!:19000::::::\nmessagebus:!:19000::::::\nvagrant:*:19000::::::\n' >"$root/etc/shadow"
chmod 640 "$root/etc/shadow"
chroot "$root" systemd-sysusers
# ssh-keygen wants it. In the box, devtmpfs lies over it.
[ -e "$root/dev/null" ] || mknod -m 666 "$root/dev/null" c 1 3

# pam-auth-update never ran. Every user with a key may log in.
for part in auth account password session session-noninteractive; do
  echo "${part%%-*} required pam_permit.so" >"$root/etc/pam.d/common-$part"
done
echo 'vagrant ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/vagrant"
chmod 440 "$root/etc/sudoers.d/vagrant"
mkdir -p "$root/home/vagrant/.ssh"
chmod 700 "$root/home/vagrant/.ssh"
cp "$key" "$root/home/vagrant/.ssh/authorized_keys"
chmod 600 "$root/home/vagrant/.ssh/authorized_keys"
chown -R 1000:1000 "$root/home/vagrant"
chroot "$root" ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
printf 'HostKey /etc/ssh/ssh_host_ed25519_key\nUsePAM no\nUseDNS no\nSubsystem sftp /usr/lib/openssh/sftp-server\n' >"$root/etc/ssh/sshd_config"

# Without AppArmor: the box has no program that loads its profiles.
line='console=ttyS1 net.ifnames=0 apparmor=0 panic=-1'
cat >"$root/etc/default/grub" <<END
GRUB_TIMEOUT=0
GRUB_TERMINAL=console
GRUB_DISABLE_LINUX_UUID=true
GRUB_DISABLE_RECOVERY=true
GRUB_CMDLINE_LINUX="$line"
END
# Until update-grub makes another of those settings.
mkdir -p "$root/boot/grub"
cat >"$root/boot/grub/grub.cfg" <<END
linux /boot/vmlinuz-$release root=/dev/vda1 ro $line
initrd /boot/initrd.img-$release
boot
END

printf '/dev/vda1 / ext4 defaults 0 0\n' >"$root/etc/fstab"
echo box >"$root/etc/hostname"
echo 4d1b1ad1cbd04f5d9b0c8a1f7a5e3c11 >"$root/etc/machine-id"
rm -f "$root/etc/resolv.conf"
echo 'nameserver 127.0.0.1' >"$root/etc/resolv.conf"
mkdir -p "$root/etc/systemd/network"
printf '[Match]\nName=e*\n[Network]\nDHCP=ipv4\nLinkLocalAddressing=no\n' >"$root/etc/systemd/network/box.network"
switch_on() {
  mkdir -p "$root/etc/systemd/system/$2.wants"
  ln -s "/lib/systemd/system/$1" "$root/etc/systemd/system/$2.wants/$1"
}
switch_on ssh.service multi-user.target
switch_on systemd-networkd.service multi-user.target
ln -sf /lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
# Units that are slow on an emulated CPU and not needed here.
for unit in systemd-journal-flush.service systemd-update-utmp.service systemd-tmpfiles-clean.timer apt-daily.timer \
  apt-daily-upgrade.timer dpkg-db-backup.timer fstrim.timer e2scrub_all.timer e2scrub_reap.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
# Of the package libpam-systemd, which is not here.
mkdir -p "$root/var/lib/systemd" "$root/run" "$root/root"
