# Fetches the files of one server of a failover pair, and runs their first-boot.sh. It ends with a signal to CloudFormation:
# success once the service answers here, failure if anything before that went wrong.
set -eu

# The variables of this script, the watch and the service.
environment=/etc/eni-failover/environment
mkdir -p "$(dirname "$environment")"
cat >"$environment" <<'END'
{{environment}}
END
# shellcheck source=/dev/null
. "$environment"

# A change to any of this changes this script and so makes a new server. Otherwise CloudFormation would stop both
# servers to change them in place, or replace them under resources that belong to the old ones.
: {{cannotChange}}

# Amazon Linux prints the output of this script on the console, which outlives the server.
log=/var/log/eni-failover-first-boot.log
exec 3>&1 >"$log" 2>&1
instance_id=unknown

# The id of a failure contains the reason, because CloudFormation shows it: at most 64 characters.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_SignalResource.html
signal() {
    code=$?
    trap - EXIT
    cat "$log" >&3
    exec >&3 2>&3
    id=$instance_id
    result=SUCCESS
    if [ "$code" -ne 0 ]; then
        result=FAILURE
        id=$(printf '%s %s' "$instance_id" "$(tail -n 1 "$log" | tr -cd 'A-Za-z0-9 ._:/+-')" | cut -c 1-64)
    fi
    try call_aws cloudformation -o /dev/null -d Action=SignalResource -d Version=2010-05-15 -d "StackName=$STACK" \
        -d "LogicalResourceId=$RESOURCE" --data-urlencode "UniqueId=$id" -d "Status=$result" \
        "https://cloudformation.$REGION.amazonaws.com/"
    exit "$code"
}
trap signal EXIT

fail() {
    echo "$*" >&2
    exit 1
}

# try COMMAND...: repeats a command until it succeeds, for about a minute.
try() {
    attempts=30
    until "$@"; do
        attempts=$((attempts - 1))
        if [ "$attempts" -eq 0 ]; then
            echo "gave up: $*" >&2
            return 1
        fi
        sleep 2
    done
}

metadata() {
    curl -sS --fail --max-time 5 -H "X-aws-ec2-metadata-token: $token" "http://169.254.169.254/latest/meta-data/$1"
}

# call_aws SERVICE ARGUMENT...: curl with the signature of this server's role. Secrets go to its standard input:
# everyone can read a command line.
call_aws() {
    service=$1
    shift
    role=$(metadata iam/security-credentials/) &&
        credentials=$(metadata "iam/security-credentials/$role") &&
        printf '%s' "$credentials" | tr ',' '\n' | awk -F '"' '{ value[$2] = $4 } END {
            printf "user = \"%s:%s\"\n", value["AccessKeyId"], value["SecretAccessKey"]
            printf "header = \"X-Amz-Security-Token: %s\"\n", value["Token"] }' |
        curl -sS --fail --max-time 60 --config - --aws-sigv4 "aws:amz:$REGION:$service" "$@"
}

# S3 requires a hash of the request's content, which is empty; the expected owner rules out a bucket of the same name in
# another account. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
fetch_files() {
    call_aws s3 -H 'x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' \
        -H "x-amz-expected-bucket-owner: $ACCOUNT" -o "$files.zip" "$FILES_URL"
}

token=$(try curl -sS --fail --max-time 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 21600' \
    http://169.254.169.254/latest/api/token)
instance_id=$(metadata instance-id)

files=/usr/local/lib/eni-failover
mkdir -p "$files"
try fetch_files
# The image has Python: cloud-init, which runs this script, is written in it.
python3 -m zipfile -e "$files.zip" "$files"
rm "$files.zip"
# shellcheck source=/dev/null
. "$files/first-boot.sh"
