#!/bin/sh
# docker-directory.sh DIRECTORY: installs the docker whose binaries are in a directory, as Docker's static tarballs have them, and a unit
# for it if there is none.
set -eu
directory=${1:?'usage: docker-directory.sh DIRECTORY'}
[ -x "$directory/dockerd" ] || {
  echo "docker-directory.sh: there is no program $directory/dockerd" >&2
  exit 1
}
install -d /usr/local/bin
for program in "$directory"/*; do
  # Not over a program that may be running, but in its place.
  if [ -f "$program" ] && [ -x "$program" ]; then
    install -m 755 "$program" "/usr/local/bin/${program##*/}.new"
    mv "/usr/local/bin/${program##*/}.new" "/usr/local/bin/${program##*/}"
  fi
done
unit=/etc/systemd/system/docker.service
[ -e "$unit" ] || cat >"$unit" <<'END'
# As the unit of Docker's own packages.
[Unit]
Description=Docker Application Container Engine
After=network.target

[Service]
Type=notify
Environment=PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
ExecStart=/usr/local/bin/dockerd
LimitNOFILE=1048576
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
TimeoutStartSec=0
Delegate=yes
KillMode=process

[Install]
WantedBy=multi-user.target
END
systemctl daemon-reload
/usr/local/bin/dockerd --version
