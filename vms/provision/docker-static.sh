#!/bin/sh
# docker-static.sh TARBALL SHA256: downloads or opens one of Docker's static tarballs, checks its digest, and leaves what is in it in
# /opt/lab-docker, for docker-directory.sh. TARBALL is an address or a file.
set -eu
tarball=${1:?'usage: docker-static.sh TARBALL SHA256'}
digest=${2:?'usage: docker-static.sh TARBALL SHA256'}
target=/opt/lab-docker
recorded=$target/.sha256
if [ "$(cat "$recorded" 2>/dev/null)" = "$digest" ]; then
  echo "$target has it already"
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case $tarball in
http://* | https://*)
  curl --fail --silent --show-error --location --max-time 600 --output "$work/tarball" "$tarball" || {
    echo "docker-static.sh: $tarball is not available; bring the file, and give its path" >&2
    exit 1
  }
  ;;
*) cp "$tarball" "$work/tarball" ;;
esac
found=$(sha256sum "$work/tarball" | cut -d ' ' -f 1)
[ "$found" = "$digest" ] || {
  echo "docker-static.sh: $tarball is not what was published: its sha256 is $found, and $digest was expected" >&2
  exit 1
}
mkdir "$work/docker"
tar -xzf "$work/tarball" -C "$work/docker" --strip-components=1
echo "$digest" >"$work/docker/.sha256"
rm -rf "$target"
mkdir -p "${target%/*}"
mv "$work/docker" "$target"
echo "$target has docker of $tarball"
