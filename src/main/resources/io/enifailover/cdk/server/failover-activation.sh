#!/bin/sh
# Starts failover-active.target when the floating address arrives, and stops it when the address leaves. The kernel
# reports each change; this script then checks the current state, so that a lost or repeated event does no harm.
set -eu

: "${FLOATING_ADDRESS:?}"

# Does not wait: a unit that takes long to start must not delay the next change.
follow() {
    if [ -n "$(ip -4 -o address show to "$FLOATING_ADDRESS")" ]; then
        systemctl start --no-block failover-active.target
    else
        systemctl stop --no-block failover-active.target
    fi
}

# Also checks the state at the start: once the monitor should listen, and again in case that takes longer. If the
# monitor ends, so does this script, and systemd restarts both.
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
