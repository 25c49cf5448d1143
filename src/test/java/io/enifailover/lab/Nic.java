package io.enifailover.lab;

import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;

/** A network interface, as EC2 describes it. */
record Nic(String id, String mac, String address) {

    static Nic of(NetworkInterface found) {
        return new Nic(found.networkInterfaceId(), found.macAddress(), found.privateIpAddress());
    }

    static Nic of(InstanceNetworkInterface found) {
        return new Nic(found.networkInterfaceId(), found.macAddress(), found.privateIpAddress());
    }
}
