#!/bin/sh
# Runs Debian's chromium from a kit as if it were installed: in a root of its own, without any network. $0 is what the test wrote.
# KIT, SHARED and ROOT are the kit's files, the directory that browser and test both see, and an empty one.
set -e
exec unshare --mount --net --pid --fork --kill-child=KILL --propagation private sh -ec '
  mount -t tmpfs -o size=64m root "$ROOT"
  cd "$ROOT"
  mkdir -p usr etc proc dev ".$SHARED"
  ln -s usr/bin usr/lib usr/lib64 .
  mount --bind "$KIT/usr" usr
  mount --bind "$KIT/etc" etc
  mount --bind "$SHARED" ".$SHARED"
  mount --bind /dev dev
  mount -t proc proc proc
  exec chroot . /usr/lib/chromium/chromium-headless-shell "$@"
' browser "$@"
