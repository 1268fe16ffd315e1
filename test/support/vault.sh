#!/bin/sh
# vault.sh: makes, in a cell with Red Hat's tools, a small copy of CentOS' vault and of a kernel's publisher: packages of nothing but a
# file, signed with keys of its own, at the addresses where the real ones are. /srv/vault is served on 127.0.0.1 port 8080.
set -eu
export HOME=/root
cd /
work=/srv/work
mkdir -p $work /srv/vault /etc/pki/rpm-gpg /etc/yum.repos.d /boot
ln -s dnf /usr/bin/yum
cd $work
# Where Red Hat has it. Debian's rpm has none of its own there, as dpkg has the packages.
mkdir -p /etc/rpm
echo '%_dbpath /var/lib/rpm' >/etc/rpm/macros

key() {
  gpg --batch --quiet --passphrase '' --pinentry-mode loopback --quick-generate-key "$1" rsa2048 sign never
  gpg --armor --export "$1" >"$2"
}
key publisher /etc/pki/rpm-gpg/RPM-GPG-KEY-CentOS-7
cp /etc/pki/rpm-gpg/RPM-GPG-KEY-CentOS-7 /srv/vault/RPM-GPG-KEY-elrepo.org
key somebody-else $work/other-key

# package NAME VERSION RELEASE FILE MODE CONTENT
package() {
  cat >"$1.spec" <<END
%define __os_install_post %{nil}
%define debug_package %{nil}
Name: $1
Version: $2
Release: $3
Summary: a stand-in
License: none
AutoReqProv: no
%description
A stand-in.
%install
mkdir -p %{buildroot}${4%/*}
cat >%{buildroot}$4 <<'FILE'
$6
FILE
%files
%attr($5, root, root) $4
END
  rpmbuild -bb --quiet --target x86_64 --define "_topdir $work/$1" --define '_build_id_links none' "$1.spec" >rpmbuild.log 2>&1 || {
    cat rpmbuild.log
    exit 1
  }
}
sign() { rpmsign --define '__gpg /usr/bin/gpg' --define "_gpg_name $1" --addsign "$2" >/dev/null; }

package docker 1.13.1 209.el7.centos /usr/bin/docker 755 '#!/bin/sh
echo "Docker version 1.13.1, build 7d71120/1.13.1"'
package kernel-lt 5.4.278 1.el7.elrepo /boot/vmlinuz-5.4.278-1.el7.elrepo.x86_64 644 'no kernel'
docker=$(find docker -name '*.rpm')
kernel=$(find kernel-lt -name '*.rpm')

for point in 7.3.1611 7.9.2009 unsigned/7.9.2009 forged/7.9.2009; do
  for part in os updates extras; do mkdir -p "/srv/vault/$point/$part/x86_64"; done
done
mkdir -p /srv/vault/kernel
cp "$docker" /srv/vault/unsigned/7.9.2009/extras/x86_64/
cp "$kernel" /srv/vault/kernel/unsigned.rpm
sign somebody-else "$docker"
cp "$docker" /srv/vault/forged/7.9.2009/extras/x86_64/
sign publisher "$docker"
cp "$docker" /srv/vault/7.9.2009/extras/x86_64/
sign publisher "$kernel"
cp "$kernel" /srv/vault/kernel/
find /srv/vault -name x86_64 -exec createrepo_c --quiet {} \;
exec busybox httpd -p 127.0.0.1:8080 -h /srv/vault
