#!/bin/sh
# Checks what the lab needs and fetches what it cannot fetch itself, since no link leads out of it: the CDK's command
# line, moto, and the tree from which its machines boot. Usage: prepare.sh DIRECTORY CDK_CLI_VERSION
set -eu

fail() {
    echo "the lab cannot run: $1" >&2
    exit 1
}

[ "$(uname)" = Linux ] || fail "it needs Linux, this is $(uname)"
[ "$(id -u)" = 0 ] || fail "it needs root, to make network namespaces and boot machines"
grep -q '4294967295$' /proc/self/uid_map || fail "it needs the machine's root, not that of a rootless container"
missing=
for tool in systemd-nspawn:systemd-container debootstrap:debootstrap nft:nftables ip:iproute2 unshare:util-linux \
    tcpdump:tcpdump npx:npm python3:python3-venv; do
    command -v "${tool%%:*}" >/dev/null || missing="$missing ${tool#*:}"
done
python3 -c 'import ensurepip' 2>/dev/null || missing="$missing python3-venv"
[ -z "$missing" ] || fail "not everything is installed; apt-get install$missing"

mkdir -p "$1"
directory=$(cd "$1" && pwd)
cd "$(dirname "$0")"

# once NAME FILES COMMAND: runs the command unless it has been run, with these files as they are.
once() {
    name=$1 files=$2
    shift 2
    # shellcheck disable=SC2086  # several words
    version=$(find $files -type f -exec sha256sum {} + | sort | sha256sum)
    if [ "$(cat "$directory/$name.version" 2>/dev/null)" != "$version" ]; then
        echo "The lab: preparing $name, once"
        "$@" >"$directory/$name.log" 2>&1 || fail "$name: $(tail -n 1 "$directory/$name.log"); see $directory/$name.log"
        echo "$version" >"$directory/$name.version"
    fi
}

fetch_python() {
    rm -rf "$directory/python"
    python3 -m venv "$directory/python"
    "$directory/python/bin/pip" install -q -r ../emulator/requirements.txt
}

fetch_cdk() {
    npm_config_cache=$directory/npm npx -y "aws-cdk@$1" --version
}

# Debian 12, whose systemd is that of Amazon Linux 2023.
build_tree() {
    set -e
    tree=$directory/tree
    rm -rf "$tree"
    # shellcheck disable=SC2016  # apt's own variables
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
    debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,udev,curl,iproute2,procps,ca-certificates \
        bookworm "$tree" "${mirror:-http://deb.debian.org/debian}"
    cp /etc/resolv.conf "$tree/etc/resolv.conf"
    install_packages awscli
    # Otherwise the AWS CLI would trust its own list only.
    ln -sf /etc/ssl/certs/ca-certificates.crt "$tree/usr/lib/python3/dist-packages/awscli/botocore/cacert.pem"
    chroot "$tree" apt-get clean
    # Into the cache alone: to install them is what user data does.
    install_packages --download-only nginx-light keepalived haproxy redis-server openssl
    rm "$tree/etc/resolv.conf"
    cp -r stand-ins/. "$tree"
    chroot "$tree" systemctl -q enable systemd-networkd first-boot
    chroot "$tree" systemctl -q mask systemd-resolved systemd-timesyncd apt-daily.timer apt-daily-upgrade.timer \
        dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer getty@tty1 console-getty
}

install_packages() {
    DEBIAN_FRONTEND=noninteractive chroot "$tree" apt-get install -y -q --no-install-recommends "$@"
}

once cdk ../../../pom.xml fetch_cdk "$2"
# The environment is bound to its interpreter, and a container has its own.
interpreter=$(python3 -c 'import os, sys; print(os.path.realpath(sys.executable))')
once python "../emulator/requirements.txt $interpreter" fetch_python
once tree "prepare.sh stand-ins" build_tree
