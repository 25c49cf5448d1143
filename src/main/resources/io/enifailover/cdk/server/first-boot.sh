# Sets up one server: the floating interface's network, the service, what starts and stops with the floating address, and the
# watch. Sourced by the user data, which has fetched it and defines try, metadata and call_aws.

: "${environment:?}" "${files:?}" "${instance_id:?}" "${log:?}"

# need COMMAND EXPLANATION: a command that the image must have.
need() {
    command -v "$1" >/dev/null || fail "no $1 in the image, $2"
}

need ip 'by which the floating address is recognized'
need bash 'by which TCP ports are checked'
need networkctl 'but systemd-networkd has to configure the floating interface'
systemctl is-enabled --quiet systemd-networkd ||
    fail 'no systemd-networkd in the image, which has to configure the floating interface'
# For %header{}, which shows which server has answered. https://curl.se/docs/manpage.html
curl_version=$(curl --version | awk 'NR == 1 { print $2 }')
[ "$(printf '7.84.0\n%s\n' "$curl_version" | sort -V | head -n 1)" = 7.84.0 ] ||
    fail "curl $curl_version in the image, but 7.84 or later is needed"

describe_interface() {
    call_aws ec2 -d Action=DescribeNetworkInterfaces -d Version=2016-11-15 -d "NetworkInterfaceId.1=$INTERFACE_ID" \
        -o /run/floating-interface.xml "https://ec2.$REGION.amazonaws.com/"
}

subnet=$(metadata "network/interfaces/macs/$(metadata mac)/subnet-ipv4-cidr-block")
gateway=$(ip -4 route show default | awk '{ print $3; exit }')
[ -n "$gateway" ] || fail 'no default route'
device=$(ip -4 route show default | awk '{ print $5; exit }')
mtu=$(ip -o link show dev "$device" | awk '{ print $5 }')
[ -n "$mtu" ] || fail "no MTU of $device"
own_address=$(metadata local-ipv4)
# Only EC2 knows the MAC address of an interface that is not attached here yet.
try describe_interface
floating_mac=$(sed -n 's:.*<macAddress>\([0-9a-f\:]*\)</macAddress>.*:\1:p' /run/floating-interface.xml | head -n 1)
[ -n "$floating_mac" ] || fail "no MAC address of $INTERFACE_ID"
cat >>"$environment" <<END
INSTANCE_ID='$instance_id'
OWN_ADDRESS='$own_address'
FLOATING_MAC='$floating_mac'
SUBNET='$subnet'
PREFIX_LENGTH='${subnet#*/}'
GATEWAY='$gateway'
MTU='$mtu'
END
# Exports all of it to the service's script.
set -a
# shellcheck source=/dev/null
. "$environment"
set +a

sed "$(sed "s/^\([A-Z_]*\)='\(.*\)'$/s|@\1@|\2|g/" "$environment")" "$files/05-floating.network" \
    >/etc/systemd/network/05-floating.network
cp "$files"/*.service "$files"/*.target /etc/systemd/system/
networkctl reload
systemctl daemon-reload

# In a process of its own, so that it cannot change what follows.
chmod 755 "$files/install/install.sh"
(cd "$files/install" && ./install.sh) || fail "install.sh: $(tail -n 1 "$log")"

systemctl enable --now failover-activation failover-watch

# shellcheck source=src/main/resources/io/enifailover/cdk/server/health-check.sh
. "$files/health-check.sh"
try serves_here 2 || fail "the service does not pass $OWN_HEALTH"
