#!/bin/sh
# Installs HAProxy with the configuration beside this script, on Amazon Linux or Debian.
set -eu

if command -v dnf >/dev/null; then
    dnf install -y -q haproxy
else
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends haproxy
fi

# A mistake in the configuration fails the deployment with HAProxy's own message.
haproxy -c -f haproxy.cfg
cp haproxy.cfg /etc/haproxy/haproxy.cfg
systemctl enable haproxy
systemctl restart haproxy
