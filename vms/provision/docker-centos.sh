#!/bin/sh
# docker-centos.sh [VAULT]: installs CentOS' own docker, 1.13.1 of its last release, whichever release of CentOS 7 this is. Its unit has
# MountFlags=slave; Red Hat says of it that live-restore is not supported (its article 2938171).
#
# It is in `extras` of 7.5 and later alone. What it needs of a newer userland comes from there, too; the kernel is left as it is.
set -eu
vault=${1:-http://vault.centos.org}
last=7.9.2009
repository=/etc/yum.repos.d/lab-docker.repo

new=$repository.new
: >"$new"
for part in os updates extras; do
  cat >>"$new" <<END
[lab-docker-$part]
name=CentOS $last, $part, for its docker
baseurl=$vault/$last/$part/x86_64/
enabled=1
gpgcheck=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-CentOS-7
exclude=kernel*

END
done
mv "$new" "$repository"
yum --assumeyes install docker || {
  echo "docker-centos.sh: yum could not install docker from $vault; why, it says above" >&2
  exit 1
}
docker --version
