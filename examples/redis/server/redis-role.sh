#!/bin/sh
# Gives Redis the role that follows from the floating address: the server that has it takes writes, the other one is its replica.
#   promote  until Redis takes writes here
#   demote   no more writes from now on; the replica goes on to receive what it does not have yet
#   keep     for ever: whatever the role should be now
set -eu

: "${FLOATING_ADDRESS:?}" "${OWN_ADDRESS:?}"
: "${DATA:=/var/lib/redis-pair}" "${LOCK:=/run/redis-role.lock}" "${PORT:=6379}"
# How many replicas have to be connected for a write to be accepted. With 1 it is refused while the other server is away.
: "${MIN_REPLICAS:=0}"

# cli HOST COMMAND...: one command to a Redis that may not be there.
cli() {
    host=$1
    shift
    timeout 1 redis-cli -h "$host" -p "$PORT" --raw "$@" | tr -d '\r'
}

# own COMMAND...: one command to the Redis of this server, which must succeed.
own() {
    answer=$(cli 127.0.0.1 "$@") || true
    case $answer in
    OK*) ;;
    *)
        echo "$*: ${answer:-no answer}" >&2
        return 1
        ;;
    esac
}

# field NAME: from the last answer to INFO replication.
field() {
    echo "$info" | sed -n "s/^$1://p"
}

look() {
    info=$(cli 127.0.0.1 INFO replication) && [ -n "$(field role)" ]
}

setting() {
    cli "$1" CONFIG GET "$2" | tail -n 1
}

holds_address() {
    [ -n "$(ip -4 -o address show to "$FLOATING_ADDRESS")" ]
}

# promoted: one attempt. A replica takes over from a server that still runs only with all of its data. If the other server does
# not answer, it takes over with the data that it has.
promoted() {
    look || return 1
    if [ "$(field role)" = slave ]; then
        other=$(field master_host)
        if [ "$(field master_link_status)" = up ]; then
            # While the other server is alive, its Redis sends data or a ping every second.
            if [ "$(field master_last_io_seconds_ago)" -le 2 ]; then
                echo "taking over from $other, which still runs"
                cli "$other" FAILOVER TO "$OWN_ADDRESS" "$PORT" TIMEOUT 5000 >/dev/null || true
                tries=50
                until look && [ "$(field role)" = master ]; do
                    tries=$((tries - 1))
                    [ "$tries" -gt 0 ] || return 1
                    sleep 0.1
                done
            fi
        elif [ "$(cli "$other" ROLE | head -n 1)" = master ]; then
            # It lives and may have more, which is being copied.
            return 1
        fi
        [ "$(field role)" = master ] || echo "taking over without $other, which does not answer"
    fi
    own REPLICAOF NO ONE && : >"$DATA/was-active" && own CONFIG SET min-replicas-to-write "$MIN_REPLICAS"
}

refuse_writes() {
    own CONFIG SET min-replicas-to-write 9
}

# follow: one look at who is active, and what follows from it. The lock is not held meanwhile: an address without a server would
# keep a promotion waiting.
follow() {
    look || return 1
    if [ "$(setting 127.0.0.1 min-replicas-to-write)" != 9 ]; then
        alone unless_active refuse_writes
    fi
    active=$(setting "$FLOATING_ADDRESS" replica-announce-ip)
    if [ -z "$active" ] || [ "$active" = "$OWN_ADDRESS" ]; then
        return 0
    fi
    if [ "$(field role)" = slave ] && [ "$(field master_host)" = "$active" ]; then
        # Now it has nothing that the active server does not have.
        [ "$(field master_link_status)" != up ] || rm -f "$DATA/was-active"
        return 0
    fi
    [ "$(cli "$FLOATING_ADDRESS" ROLE | head -n 1)" = master ] || return 0
    [ "$(setting "$FLOATING_ADDRESS" min-replicas-to-write)" != 9 ] || return 0
    alone unless_active replicate "$active"
}

replicate() {
    # By now the other server may have had this one follow it.
    look || return 1
    [ "$(field master_host)" != "$1" ] || return 0
    if [ -e "$DATA/was-active" ]; then
        [ "$(field role)" != master ] || keep_copy || return 1
        rm -f "$DATA/was-active"
    fi
    echo "following $1"
    own REPLICAOF "$1" "$PORT"
}

unless_active() {
    holds_address || "$@"
}

# Writes that only this server has are discarded when it begins to replicate another one. This copy preserves them.
keep_copy() {
    copy=$DATA/replaced-$(date -u +%Y%m%dT%H%M%SZ).rdb
    echo "keeping what this server had as $copy"
    timeout 600 redis-cli -h 127.0.0.1 -p "$PORT" --rdb "$copy" >/dev/null 2>&1 || return 1
    # shellcheck disable=SC2012  # names of our own
    ls -t "$DATA"/replaced-*.rdb | tail -n +4 | xargs -r rm
}

# alone COMMAND...: one at a time, so that no decision to follow is carried out after a promotion.
alone() (
    flock 9
    "$@"
) 9>"$LOCK"

keep_role() {
    if ! holds_address; then
        follow
    elif [ "$(setting 127.0.0.1 min-replicas-to-write)" = 9 ]; then
        alone promoted
    fi
}

case $1 in
promote)
    until alone promoted; do
        [ -n "${told:-}" ] || echo 'not yet: Redis starts, or copies what the other server has'
        told=yes
        sleep 0.2
    done
    ;;
demote)
    refuse_writes || true
    ;;
keep)
    while :; do
        keep_role || true
        sleep 1
    done
    ;;
esac
