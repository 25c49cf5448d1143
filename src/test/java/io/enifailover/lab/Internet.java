package io.enifailover.lab;

import java.util.List;

/**
 * What lies outside the VPC: this process's own namespace, where AWS's endpoints, the function and its witness are, and a
 * client's, one hop away. No link leads out of it.
 */
final class Internet implements AutoCloseable {
    /** Of a VPC's router, to here. */
    static final String UPLINK = "uplink";
    /** Where a machine finds what EC2 tells it about itself. */
    static final String METADATA = "169.254.169.254";
    /** Where AWS's endpoints of the Region are. */
    static final String ENDPOINTS = "198.51.100.1";

    private static final String PUBLIC = "203.0.113.0/24";

    private static final String VPC = "vpc";
    private static final String CLIENTS = "clients";

    private final Namespace client;

    Internet() {
        Shell.run("sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward");
        for (var address : List.of(METADATA, ENDPOINTS)) {
            Shell.run("ip", "addr", "add", address + "/32", "dev", "lo");
        }
        client = Namespace.make("client");
        Shell.run("ip", "link", "add", CLIENTS, "type", "veth", "peer", "name", UPLINK, "netns", client.name());
        Shell.run("ip", "addr", "add", "192.0.2.5/30", "dev", CLIENTS);
        Shell.run("ip", "link", "set", CLIENTS, "up");
        client.run("ip", "addr", "add", "192.0.2.6/30", "dev", UPLINK);
        client.run("ip", "link", "set", UPLINK, "up");
        client.run("ip", "route", "add", "default", "via", "192.0.2.5");
    }

    Namespace client() {
        return client;
    }

    /** Leaves nothing behind, so that the same process can have another one. */
    @Override
    public void close() {
        Shell.run("ip", "link", "delete", CLIENTS);
        client.delete();
        for (var address : List.of(METADATA, ENDPOINTS)) {
            Shell.run("ip", "addr", "delete", address + "/32", "dev", "lo");
        }
    }

    void disconnect() {
        Shell.run("ip", "link", "delete", VPC);
    }

    void connect(Namespace router) {
        Shell.run("ip", "link", "add", VPC, "type", "veth", "peer", "name", UPLINK, "netns", router.name());
        Shell.run("ip", "addr", "add", "192.0.2.1/30", "dev", VPC);
        Shell.run("ip", "link", "set", VPC, "up");
        router.run("ip", "addr", "add", "192.0.2.2/30", "dev", UPLINK);
        router.run("ip", "link", "set", UPLINK, "up");
        router.run("ip", "route", "add", "default", "via", "192.0.2.1");
        // The Elastic IPs, and the servers as the metadata service and backends in another subnet see them.
        Shell.run("ip", "route", "add", PUBLIC, "via", "192.0.2.2");
        Shell.run("ip", "route", "add", "10.0.0.0/8", "via", "192.0.2.2");
    }
}
