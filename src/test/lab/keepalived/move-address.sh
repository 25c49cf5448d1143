#!/bin/sh
# Takes the Elastic IP, as most guides have it.
date +%s%3N >/run/move-began
aws ec2 associate-address --region us-east-1 --allocation-id @ALLOCATION@ \
    --network-interface-id @OWN_INTERFACE@ --private-ip-address @OWN_ADDRESS@ --allow-reassociation
date +%s%3N >/run/move-ended
