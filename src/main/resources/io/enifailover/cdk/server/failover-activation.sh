#!/bin/sh
# Starts failover-active.target when the floating address arrives, and stops it when the address leaves. The kernel tells of
# each change; what is true then is looked at anew, so that an event which is lost or comes twice does no harm.
set -eu

: "${FLOATING_ADDRESS:?}"

# Without waiting: a unit that takes long to start must not delay the next change.
follow() {
    if [ -n "$(ip -4 -o address show to "$FLOATING_ADDRESS")" ]; then
        systemctl start --no-block failover-active.target
    else
        systemctl stop --no-block failover-active.target
    fi
}

# What is true at the start is looked at too, once the monitor listens, and again in case that took longer. If the monitor ends,
# so does this, and systemd starts both anew.
{
    ip -4 -o monitor address &
    for pause in 0.2 2; do
        sleep "$pause"
        echo
    done
    wait
} | while read -r _; do
    follow
done
exit 1
