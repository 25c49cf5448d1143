#!/bin/sh
# Watches the floating address, from either server of the pair: while another server holds it, probes it; when it stops
# answering and this server is healthy, reports to the controller until it answers again.
#
# Probes every INTERVAL until a probe fails, then faster until FAILURES probes have failed in a row: a probe that failed
# within RETRY (0.01 to 0.99 s) is repeated after RETRY, one that took longer at once.
#
# No decision depends on the clock and no file is written, so neither a clock that jumps nor a full disk matters. There
# are two processes; if one ends, so does the other, and systemd restarts both:
#   watch -- "round", "calm", "report ...", "credentials ..." --> send_reports
# With each renewal of the credentials, once a minute, a heartbeat tells the controller that the watch is running.
set -eu

: "${FLOATING_ADDRESS:?}" "${FLOATING_HEALTH:?}" "${FLOATING_STATUSES:?}" "${OWN_HEALTH:?}" "${OWN_STATUSES:?}"
: "${SERVED_BY:?}" "${INSTANCE_ID:?}"
: "${REGION:?}" "${FUNCTION:?}" "${QUALIFIER:?}"
: "${INTERVAL:=0.5}" "${TIMEOUT:=0.5}" "${FAILURES:=3}" "${RETRY:=0.15}" "${PAUSE:=2}"
: "${RENEWAL:=60}" "${CALL_TIMEOUT:=5}" "${VERSION:=unknown}"
: "${METADATA:=http://169.254.169.254/latest}"
: "${LAMBDA:=https://lambda.$REGION.amazonaws.com}"
: "${ENA_VERSION:=/sys/module/ena/version}"

# shellcheck source=src/main/resources/io/enifailover/cdk/server/health-check.sh
. "${0%/*}/health-check.sh"

# Descriptor 3 is the journal; standard output becomes the pipe.
exec 3>&1

# think MESSAGE: logs a message, unless it is the same as the last one.
think() {
    if [ "$1" != "${thought:-}" ]; then
        thought=$1
        echo "$thought" >&3
    fi
}

watch() {
    stay_calm
    renewal=''
    while :; do
        # Fails if send_reports has ended.
        echo round
        # Started before the probe, so that a slow probe does not delay the next one.
        sleep "$INTERVAL" &
        round=$!
        if ! kill -0 "$renewal" 2>/dev/null; then
            renew_credentials &
            renewal=$!
        fi
        read_uptime
        began=$now
        probe
        if [ "$failures" -gt 0 ] && [ "$failures" -lt "$FAILURES" ]; then
            read_uptime
            [ $((now - began)) -ge "${RETRY#0.}" ] || sleep "$RETRY"
        else
            wait "$round"
        fi
    done
}

# read_uptime: sets $now, in hundredths of a second.
# https://man7.org/linux/man-pages/man5/proc_uptime.5.html
read_uptime() {
    read -r now _ </proc/uptime
    now=${now%.*}${now#*.}
}

probe() {
    if holds_address; then
        think "$FLOATING_ADDRESS is mine"
        stay_calm
    elif address_answers; then
        think "$FLOATING_ADDRESS answers"
        stay_calm
    else
        failure=$health_failure
        [ "$failures" -gt 0 ] || since=$began
        failures=$((failures + 1))
        if [ "$failures" -ge "$next_report" ]; then
            report
        fi
    fi
}

stay_calm() {
    failures=0
    next_report=$FAILURES
    pause=$PAUSE
    echo calm
}

# Repeated after PAUSE rounds, then after twice as many: the controller may have missed a report, or may have been unable to act.
report() {
    if ! serves_here "$TIMEOUT"; then
        think "$FLOATING_ADDRESS does not answer, but neither does my own service"
        return
    fi
    think "$FLOATING_ADDRESS does not answer: reporting"
    read_uptime
    echo "report $failures $((now - since)) $failure"
    next_report=$((failures + pause))
    pause=$((2 * PAUSE))
}

holds_address() {
    [ -n "$(ip -4 -o address show to "$FLOATING_ADDRESS")" ]
}

address_answers() {
    health_check "$FLOATING_HEALTH" "$FLOATING_STATUSES" "$TIMEOUT" >/dev/null
}

# Far more often than needed: EC2 has new credentials at least five minutes before the old ones expire.
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
# The sleep does not inherit the pipe, which has to close when the watch ends.
renew_credentials() {
    credentials && exec sleep "$RENEWAL" >&3
}

credentials() {
    session=$(curl -s --fail --max-time "$CALL_TIMEOUT" -X PUT \
        -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$METADATA/api/token") &&
        role=$(metadata iam/security-credentials/) &&
        found=$(metadata "iam/security-credentials/$role" | tr ',' '\n' | awk -F '"' '{ value[$2] = $4 } END {
            print "credentials", value["AccessKeyId"] ":" value["SecretAccessKey"], value["Token"] }') &&
        case $found in
        'credentials '?*:?*' '?*) echo "$found" ;;
        *) return 1 ;;
        esac
}

# metadata PATH: prints one item. The token goes to curl by its standard input: everyone can read a command line.
metadata() {
    printf 'header = "X-aws-ec2-metadata-token: %s"\n' "$session" |
        curl -s --fail --max-time "$CALL_TIMEOUT" --config - "$METADATA/meta-data/$1"
}

# Each call runs in the background: a call that hangs must not delay the next report, nor leave reports in the pipe that
# would be sent after the address answers again.
send_reports() {
    user='' failures=''
    while read -r word value rest; do
        case $word in
        credentials)
            user=$value token=$rest
            send_heartbeat &
            ;;
        report) failures=$value failing=${rest% *} failure=${rest#* } ;;
        calm) failures='' thought='' ;;
        esac
        if [ -z "$failures" ]; then
            continue
        elif [ -z "$user" ]; then
            think 'no credentials yet: the report waits'
        else
            send_report &
            failures=''
        fi
    done
}

# seconds HUNDREDTHS: 152 is 1.52.
seconds() {
    printf '%d.%02d' $(($1 / 100)) $(($1 % 100))
}

# The clock lets the controller ignore a report that arrives late. It can be read here, since the address has not
# answered in between.
send_report() {
    answer=$(call "{\"type\":\"report\",\"observer\":\"$INSTANCE_ID\",\"failures\":$failures,\"failure\":\"$failure\",\
\"failingFor\":$(seconds "$failing"),\"clock\":$(date +%s)}")
    case $answer in
    2*) echo 'the controller has the report' ;;
    *) echo "the controller did not take the report: HTTP $answer" ;;
    esac
}

# What it says about this server, including its clock, is for people: see Readiness.java.
send_heartbeat() {
    driver=$(cat "$ENA_VERSION" 2>/dev/null) || driver=''
    answer=$(call "{\"type\":\"heartbeat\",\"observer\":\"$INSTANCE_ID\",\"userData\":\"$VERSION\",\
\"clock\":$(date +%s),\"ena\":\"$driver\",\"failedUnits\":\"$(failed_units)\"}")
    case $answer in
    2*) ;;
    *) echo "the controller did not take the heartbeat: HTTP $answer" >&3 ;;
    esac
}

# failed_units: prints the units of failover-active.target that have failed here, with spaces between them.
failed_units() {
    failed=''
    for unit in $(systemctl show --value --property=Wants failover-active.target 2>/dev/null); do
        if systemctl is-failed --quiet "$unit"; then
            failed="$failed $unit"
        fi
    done
    printf '%s' "${failed# }" | tr -cd 'A-Za-z0-9@_.: -' | cut -c 1-200
}

# call BODY: calls the function, and prints the HTTP status and curl's exit code.
#
# Avoids what some versions of curl sign wrongly: no colon in the path (a function's name, not its ARN), and one
# parameter, with a value. https://github.com/curl/curl/issues/18423 and 8107, 9717, 11794
call() {
    printf 'user = "%s"\nheader = "X-Amz-Security-Token: %s"\n' "$user" "$token" |
        curl -s --max-time "$CALL_TIMEOUT" -o /dev/null -w '%{http_code}, curl %{exitcode}' --config - \
            --aws-sigv4 "aws:amz:$REGION:lambda" \
            -H 'X-Amz-Invocation-Type: Event' -H 'Content-Type: application/json' \
            --data "$1" \
            "$LAMBDA/2015-03-31/functions/$FUNCTION/invocations?Qualifier=$QUALIFIER" || true
}

watch | send_reports
