#!/bin/sh
# Sets up the world of bin/java from within, and runs the JVM in it.
set -eu

mount --make-rprivate /
# A hierarchy without controllers is enough: to freeze and to kill all processes of a machine at once. The machine has
# one only.
umount -R /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
mount -t tmpfs -o mode=755 none /run
ip link set lo up
# Nobody to ask for names either: whoever asked would wait for an answer.
echo 'hosts: files' >/run/nsswitch.conf
mount --bind /run/nsswitch.conf /etc/nsswitch.conf

# Process numbers begin anew here, and by them JVMs name a file that all of this machine share.
mkdir -p /tmp/hsperfdata_root
mount -t tmpfs -o mode=755 none /tmp/hsperfdata_root

# Machines belong to their lab: others may run at the same time.
LAB_CGROUP=$(mktemp -d /sys/fs/cgroup/eni-failover-lab-XXXXXX)
export LAB_CGROUP
# What npx needs was fetched before; there is nobody to ask here.
export npm_config_offline=true

# Maven takes bin/java for a part of a JDK.
unset JAVA_HOME

status=0
java "$@" || status=$?

echo 1 >"$LAB_CGROUP/cgroup.kill"
until find "$LAB_CGROUP" -depth -type d -exec rmdir {} + 2>/dev/null; do sleep 0.1; done
exit "$status"
