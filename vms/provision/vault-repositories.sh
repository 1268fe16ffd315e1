#!/bin/sh
# vault-repositories.sh POINT [VAULT]: makes yum ask CentOS' vault for the release that this box is (7.3.1611, 8.3.2011), and nobody
# else. mirrorlist.centos.org, which every box still has, is gone since July 2024.
#
# By http, as the certificates of a box of 2016 do not know today's authorities; every package's signature is checked instead.
set -eu
point=${1:?'usage: vault-repositories.sh POINT [VAULT]'}
vault=${2:-http://vault.centos.org}
repositories=/etc/yum.repos.d
keys=/etc/pki/rpm-gpg

case $point in
7.*)
  parts='os updates extras'
  key=RPM-GPG-KEY-CentOS-7
  ;;
8.*)
  parts='BaseOS AppStream extras'
  key=RPM-GPG-KEY-centosofficial
  ;;
*)
  echo "vault-repositories.sh: $point is no release of CentOS 7 or 8, like 7.3.1611" >&2
  exit 64
  ;;
esac
[ -e "$keys/$key" ] || {
  echo "vault-repositories.sh: this system has no $keys/$key to check packages with: it is no CentOS ${point%%.*}" >&2
  exit 1
}

# What CentOS 7 keeps at os/x86_64, 8 keeps at BaseOS/x86_64/os.
address() {
  case $point in
  7.*) echo "$vault/$point/$1/x86_64/" ;;
  *) echo "$vault/$point/$1/x86_64/os/" ;;
  esac
}

for part in $parts; do
  metadata=$(address "$part")repodata/repomd.xml
  curl --fail --silent --show-error --location --max-time 60 --output /dev/null "$metadata" || {
    echo "vault-repositories.sh: $metadata is not available." >&2
    echo "Is the vault in reach of this box? Another copy of it can be given as the second argument, or to vagrant as" >&2
    echo "DOCKERD_LEAK_LAB_CENTOS_VAULT." >&2
    exit 1
  }
done

# Moved aside, not removed, so that they can be restored.
mkdir -p "$repositories/not-reachable"
for file in "$repositories"/CentOS-*.repo; do
  [ ! -e "$file" ] || mv "$file" "$repositories/not-reachable/"
done
new=$repositories/lab-vault.repo.new
: >"$new"
for part in $parts; do
  cat >>"$new" <<END
[lab-$part]
name=CentOS $point, $part, from the vault
baseurl=$(address "$part")
enabled=1
gpgcheck=1
gpgkey=file:///etc/pki/rpm-gpg/$key

END
done
mv "$new" "$repositories/lab-vault.repo"
echo "yum asks $vault for CentOS $point"
