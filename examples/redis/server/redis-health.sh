#!/bin/sh
# Answers one HTTP request: 200 if Redis can do here what it has to. With the floating address it has to take writes. Without
# it, it has to be able to take over: while the active server lives, that takes a replica that is connected to it.
set -eu

: "${FLOATING_ADDRESS:?}" "${INSTANCE_ID:?}" "${SERVED_BY:?}"

# Unread lines would reset the connection before the answer is read.
cr=$(printf '\r')
while read -r line && [ "$line" != "$cr" ]; do :; done

# cli HOST SECONDS COMMAND...: one command to a Redis that may not be there.
cli() {
    host=$1 seconds=$2
    shift 2
    timeout "$seconds" redis-cli -h "$host" --raw "$@" | tr -d '\r'
}

# takes_writes HOST SECONDS: whether that Redis has been promoted: see redis.conf.
takes_writes() {
    case $(cli "$1" "$2" CONFIG GET min-replicas-to-write | tail -n 1) in
    '' | 9) return 1 ;;
    esac
}

# The watch waits half a second.
healthy() {
    [ "$(cli 127.0.0.1 1 PING)" = PONG ] || return 1
    info=$(cli 127.0.0.1 1 INFO replication)
    if [ -n "$(ip -4 -o address show to "$FLOATING_ADDRESS")" ]; then
        case $info in *role:master*) takes_writes 127.0.0.1 1 ;; *) return 1 ;; esac
    else
        case $info in *master_link_status:up*) ;; *) ! takes_writes "$FLOATING_ADDRESS" 0.2 ;; esac
    fi
}

if healthy 2>/dev/null; then
    printf 'HTTP/1.1 200 OK\r\n%s: %s\r\n' "$SERVED_BY" "$INSTANCE_ID"
else
    printf 'HTTP/1.1 503 Service Unavailable\r\n'
fi
printf 'Content-Length: 0\r\nConnection: close\r\n\r\n'
