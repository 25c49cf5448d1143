#!/bin/sh
# Makes the service on this server fail for a drill, or repairs it. $1 is stop or start, freeze or thaw. Exit code 3,
# with a line on standard error, means that nothing was done.
set -eu

environment=/etc/eni-failover/environment
# shellcheck source=/dev/null
. "$environment"

if [ -z "${SERVICE_UNITS:-}" ]; then
    echo "$environment on this server names no SERVICE_UNITS, so it is not known which units are the service" >&2
    exit 3
fi

# A unit that is part of failover-active.target runs on the active server only, which this one is no longer after a takeover.
# shellcheck disable=SC2016
start='for unit in $SERVICE_UNITS; do
    if ! systemctl show --property=PartOf "$unit" | grep -q failover-active.target ||
        systemctl --quiet is-active failover-active.target; then
        systemctl start "$unit"
    fi
done'
# shellcheck disable=SC2016
thaw='for unit in $SERVICE_UNITS; do
    if systemctl --quiet is-active "$unit"; then
        systemctl thaw "$unit"
    fi
done'

# Repairs the service in five minutes, even if the operator's command is killed.
later() {
    systemd-run --quiet --collect --on-active=300 --setenv=SERVICE_UNITS="$SERVICE_UNITS" sh -euc "$1"
}

# The variable is a list of units.
# shellcheck disable=SC2086
case $1 in
stop)
    later "$start"
    systemctl stop $SERVICE_UNITS
    ;;
freeze)
    later "$thaw"
    systemctl freeze $SERVICE_UNITS
    ;;
start) eval "$start" ;;
thaw) eval "$thaw" ;;
esac
