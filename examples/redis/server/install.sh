#!/bin/sh
# Installs Redis as one server of a replicated pair, on Amazon Linux 2023 or Debian.
set -eu

library=/usr/local/lib/redis-pair

if command -v dnf >/dev/null; then
    dnf install -y -q redis6
else
    # The package would start a server of its own.
    systemctl mask redis-server
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends redis-server
fi

# Amazon Linux calls them redis6-server and redis6-cli.
for name in server cli; do
    command -v "redis-$name" >/dev/null || ln -s "$(command -v "redis6-$name")" "/usr/local/bin/redis-$name"
done

mkdir -p "$library"
cp redis-role.sh redis-health.sh "$library"
sed "s|@OWN_ADDRESS@|$OWN_ADDRESS|g" redis.conf >"$library/redis.conf"
cp ./*.service ./*.socket /etc/systemd/system/

systemctl daemon-reload
systemctl enable redis-active
systemctl enable --now redis-pair redis-role redis-health.socket
