#!/bin/sh
# Takes the interface, with the AWS CLI's own waiter.
set -eu
date +%s%3N >/run/move-began
export AWS_DEFAULT_REGION=us-east-1

attachment=$(aws ec2 describe-network-interfaces --network-interface-ids @FLOATING_INTERFACE@ \
    --query 'NetworkInterfaces[0].Attachment.AttachmentId' --output text)
if [ "$attachment" != None ]; then
    aws ec2 detach-network-interface --attachment-id "$attachment"
fi
aws ec2 wait network-interface-available --network-interface-ids @FLOATING_INTERFACE@
aws ec2 attach-network-interface --network-interface-id @FLOATING_INTERFACE@ --instance-id @INSTANCE@ --device-index 1
date +%s%3N >/run/move-ended
