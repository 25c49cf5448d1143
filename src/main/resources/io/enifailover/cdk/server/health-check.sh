# The health check, for the first boot and the watch. Needs SERVED_BY, OWN_HEALTH, OWN_STATUSES and INSTANCE_ID. A live
# kernel accepts or refuses a connection at once, however busy its service is, so CONNECT_TIMEOUT, if set, limits the
# time for connecting. It does not apply to HTTPS, where curl would count the TLS handshake too.

# health_check URL STATUSES SECONDS: whether the service there passes. If so, prints the instance that the answer names,
# if any; otherwise sets $health_failure to refused, silent, slow, reset or wrong.
health_check() {
    health_status=0
    case $1 in
    tcp://*)
        set -- "${1#tcp://}" "$2" "${CONNECT_TIMEOUT:-$3}"
        # shellcheck disable=SC2016  # for bash, which can open a connection
        timeout "$3" bash -c '>"/dev/tcp/$0/$1"' "${1%:*}" "${1##*:}" 2>/dev/null || health_status=$?
        case $health_status in
        0) return ;;
        124) health_failure=silent ;;
        *) health_failure=refused ;;
        esac
        return 1
        ;;
    http://*) health_connect=${CONNECT_TIMEOUT:-$3} ;;
    *) health_connect=$3 ;;
    esac
    health_answer=$(curl -sk --connect-timeout "$health_connect" --max-time "$3" -o /dev/null \
        -w "%{http_code} %{time_connect} %header{$SERVED_BY}" "$1") || health_status=$?
    # shellcheck disable=SC2034  # the watch reports it
    # https://curl.se/libcurl/c/libcurl-errors.html
    case $health_status/$health_answer in
    0/*) health_failure=wrong ;;
    7/*) health_failure=refused ;;
    28/'000 0.000000 '*) health_failure=silent ;;
    28/*) health_failure=slow ;;
    *) health_failure=reset ;;
    esac
    [ "$health_status" = 0 ] && [ "${health_answer%% *}" -ge "${2%-*}" ] && [ "${health_answer%% *}" -le "${2#*-}" ] || return 1
    case ${health_answer##* } in
    # Only an instance id: other software puts other names into this header.
    i-[0-9a-f]*) echo "${health_answer##* }" ;;
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
