# The health check, as the first boot and the watch ask for it. Needs SERVED_BY, OWN_HEALTH, OWN_STATUSES and INSTANCE_ID.

# health_check URL STATUSES SECONDS: whether what is there passes. Prints the instance that the answer names, if it names one.
health_check() {
    case $1 in
    tcp://*)
        set -- "${1#tcp://}" "$2" "$3"
        # shellcheck disable=SC2016  # for bash, which can open a connection
        timeout "$3" bash -c '>"/dev/tcp/$0/$1"' "${1%:*}" "${1##*:}" 2>/dev/null
        ;;
    *)
        health_answer=$(curl -sk --max-time "$3" -o /dev/null -w "%{http_code} %header{$SERVED_BY}" "$1") || return 1
        [ "${health_answer%% *}" -ge "${2%-*}" ] && [ "${health_answer%% *}" -le "${2#*-}" ] || return 1
        case ${health_answer#* } in
        # Only an instance id: other software uses this header for names of its own.
        i-[0-9a-f]*) echo "${health_answer#* }" ;;
        esac
        ;;
    esac
}

# serves_here SECONDS: whether the service of this server passes, or is not checked while another server is active.
serves_here() {
    [ "$OWN_HEALTH" = none ] && return
    health_server=$(health_check "$OWN_HEALTH" "$OWN_STATUSES" "$1") &&
        case $health_server in
        '' | "$INSTANCE_ID") ;;
        *) return 1 ;;
        esac
}
