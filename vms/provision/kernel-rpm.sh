#!/bin/sh
# kernel-rpm.sh RELEASE RPM [KEY]: installs a kernel from an RPM (an address or a file), whose signature is checked with KEY, and makes it
# the one that boots next. Nothing is done when it runs already. RELEASE is how `uname -r` begins with it.
set -eu
release=${1:?'usage: kernel-rpm.sh RELEASE RPM [KEY]'}
rpm=${2:?'usage: kernel-rpm.sh RELEASE RPM [KEY]'}
key=${3:-https://www.elrepo.org/RPM-GPG-KEY-elrepo.org}
case $(uname -r) in
"$release"*)
  echo "$(uname -r) runs already"
  exit 0
  ;;
esac
image() {
  for found in "/boot/vmlinuz-$release"*; do
    [ ! -e "$found" ] || echo "$found"
  done | tail -n 1
}
if [ -z "$(image)" ]; then
  rpm --import "$key" || {
    echo "kernel-rpm.sh: the key $key is not available, and without it no kernel is installed" >&2
    exit 1
  }
  yum --assumeyes --setopt=localpkg_gpgcheck=1 install "$rpm" || {
    echo "kernel-rpm.sh: yum could not install $rpm; why, it says above. DOCKERD_LEAK_LAB_ELREPO may have another copy" >&2
    exit 1
  }
fi
[ -n "$(image)" ] || {
  echo "kernel-rpm.sh: $rpm has brought no /boot/vmlinuz-$release*" >&2
  exit 1
}
grubby --set-default "$(image)"
echo "$(image) boots next"
