#!/bin/sh
# Fetches the user data as cloud-init does, and runs it.
set -eu

token=$(curl -sS --fail -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
mkdir -p /var/lib/first-boot
curl -sS --fail -H "X-aws-ec2-metadata-token: $token" -o /var/lib/first-boot/user-data \
    http://169.254.169.254/latest/user-data
chmod 700 /var/lib/first-boot/user-data
exec /var/lib/first-boot/user-data
