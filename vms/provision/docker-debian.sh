#!/bin/sh
# docker-debian.sh: installs the docker of this Debian.
set -eu
export DEBIAN_FRONTEND=noninteractive
command -v dockerd >/dev/null || {
  apt-get --quiet update
  apt-get --quiet --yes install --no-install-recommends docker.io
}
docker --version
