# First boot of one server of a failover pair. It ends with a signal to CloudFormation: success once nginx answers here
# as this very server, failure if anything before that went wrong.
set -eu

# What this server has to know, for this script and for the watch. @NAME@ in the files below stands for it too.
environment=/etc/eni-failover/environment
mkdir -p "$(dirname "$environment")"
cat >"$environment" <<'END'
{{environment}}
END
# shellcheck source=/dev/null
. "$environment"

# If any of this changes, this is another script and so a new server: CloudFormation would otherwise stop both servers to
# change them in place, or replace them under resources that belong to the old ones.
: {{cannotChange}}

# The package's documentation and its builds differ about where cfn-signal is.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/cfn-helper-scripts-reference.html
PATH=$PATH:/opt/aws/bin

signal() {
    cfn-signal --exit-code "$1" --region "$REGION" --stack "$STACK" --resource "$RESOURCE"
}
trap 'signal $?' EXIT

# try COMMAND...: again and again until it succeeds, for about a minute.
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

# install_file PATH: standard input, with the environment filled in.
install_file() {
    mkdir -p "$(dirname "$1")"
    sed "$(sed "s/^\([A-Z_]*\)='\(.*\)'$/s|@\1@|\2|g/" "$environment")" >"$1"
}

serves_as_itself() {
    curl -sS --max-time 2 -D - -o /dev/null "$OWN_HEALTH" | grep -qi "^$SERVED_BY: $instance_id"
}

# Alone and first: the standard image lacks it, and without it no later failure can be signalled.
# https://github.com/amazonlinux/amazon-linux-2023/issues/768
try dnf install -y -q aws-cfn-bootstrap
try dnf install -y -q nginx

token=$(try curl -sS --fail --max-time 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' \
    http://169.254.169.254/latest/api/token)
instance_id=$(metadata instance-id)
subnet=$(metadata "network/interfaces/macs/$(metadata mac)/subnet-ipv4-cidr-block")
gateway=$(ip -4 route show default | awk '{ print $3; exit }')
: "${gateway:?no default route}"
device=$(ip -4 route show default | awk '{ print $5; exit }')
mtu=$(ip -o link show dev "$device" | awk '{ print $5 }')
: "${mtu:?no MTU of $device}"
# Only EC2 knows the address of an interface that is not here yet.
floating_mac=$(try aws ec2 describe-network-interfaces --region "$REGION" --network-interface-ids "$INTERFACE_ID" \
    --query 'NetworkInterfaces[0].MacAddress' --output text --cli-connect-timeout 5 --cli-read-timeout 10)
cat >>"$environment" <<END
INSTANCE_ID='$instance_id'
FLOATING_MAC='$floating_mac'
SUBNET='$subnet'
PREFIX_LENGTH='${subnet#*/}'
GATEWAY='$gateway'
MTU='$mtu'
END

install_file /etc/systemd/network/05-floating.network <<'END'
{{file:05-floating.network}}
END
install_file /etc/systemd/system/nginx.service.d/failover.conf <<'END'
{{file:nginx.service.conf}}
END
install_file /etc/nginx/nginx.conf <<'END'
{{file:nginx.conf}}
END
install_file /usr/share/nginx/html/index.html <<'END'
{{file:index.html}}
END
install_file /usr/local/lib/failover-watch.sh <<'END'
{{file:failover-watch.sh}}
END
install_file /etc/systemd/system/failover-watch.service <<'END'
{{file:failover-watch.service}}
END

networkctl reload
systemctl daemon-reload
systemctl enable nginx
systemctl restart nginx
systemctl enable --now failover-watch
try serves_as_itself
