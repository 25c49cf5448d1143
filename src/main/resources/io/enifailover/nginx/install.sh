#!/bin/sh
# Installs nginx with the welcome page of the tutorial, on Amazon Linux or Debian.
set -eu

if command -v dnf >/dev/null; then
    dnf install -y -q nginx
else
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx-light
fi

title='Primary Server'
[ "$ROLE" = primary ] || title='Secondary Server'

# fill FILE TARGET: copies a file with the values of this server.
fill() {
    mkdir -p "$(dirname "$2")"
    sed -e "s|@TITLE@|$title|g" -e "s|@INSTANCE_ID@|$INSTANCE_ID|g" -e "s|@FLOATING_ADDRESS@|$FLOATING_ADDRESS|g" \
        -e "s|@SERVED_BY@|$SERVED_BY|g" "$1" >"$2"
}

fill nginx.conf /etc/nginx/nginx.conf
fill index.html /usr/share/nginx/html/index.html
fill nginx.service.conf /etc/systemd/system/nginx.service.d/failover.conf

systemctl daemon-reload
systemctl enable nginx
systemctl restart nginx
