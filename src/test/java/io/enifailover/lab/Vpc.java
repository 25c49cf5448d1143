package io.enifailover.lab;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One subnet with its router, which is the internet gateway too: it translates public addresses one to one, and lets a machine
 * without one go out under its own.
 */
final class Vpc implements AutoCloseable {
    /** Of the first subnet of a deployment with the default settings. */
    static final String GATEWAY = "10.0.0.1";

    static final String PREFIX = "24";

    private static final String NEIGHBOUR = "10.0.0.200";
    private static final String BRIDGE = "subnet";

    private static final String NEIGHBOUR_NAME = "neighbour";

    private final Internet internet;
    private final Namespace router;

    /** Makes it, one hop from the internet. */
    Vpc(Internet internet) {
        this.internet = internet;
        router = Namespace.make("router");
        router.forward();
        // A bridge without an address of its own takes one of its ports', and forgets its neighbours at each change.
        router.run("ip", "link", "add", BRIDGE, "address", "02:00:00:00:00:01", "type", "bridge");
        router.run("ip", "addr", "add", GATEWAY + "/" + PREFIX, "dev", BRIDGE);
        router.run("ip", "link", "set", BRIDGE, "up");
        internet.connect(router);
        nft("""
                table ip translation {
                    map inward { type ipv4_addr : ipv4_addr; }
                    map outward { type ipv4_addr : ipv4_addr; }
                    chain arriving {
                        type nat hook prerouting priority dstnat
                        iifname "%1$s" dnat to ip daddr map @inward
                    }
                    chain leaving {
                        type nat hook postrouting priority srcnat
                        oifname "%1$s" ip daddr { %2$s, %3$s, 10.0.0.0/8 } accept
                        oifname "%1$s" snat to ip saddr map @outward
                        oifname "%1$s" masquerade
                    }
                }
                """.formatted(Internet.UPLINK, Internet.METADATA, Internet.ENDPOINTS));
    }

    /** Connects one end of a cable, which has to be in the router's namespace already. */
    void plug(String link, String mac, String address) {
        router.run("ip", "link", "set", link, "master", BRIDGE);
        // As a VPC does, which knows where each address is: otherwise a request that comes while the interface moves
        // would
        // make the router wait a second before it asks again.
        router.run("ip", "neigh", "replace", address, "lladdr", mac, "dev", BRIDGE, "nud", "permanent");
    }

    /** Makes a cable from the router to a namespace. */
    void cable(String link, Namespace to, String name, String mac) {
        router.run("ip", "link", "add", link, "type", "veth", "peer", "name", name, "address", mac, "netns", to.name());
    }

    /** Takes a cable away. */
    void unplug(String link) {
        router.run("ip", "link", "delete", link);
    }

    void up(List<String> links) {
        router.set("up", links);
    }

    void down(List<String> links) {
        router.set("down", links);
    }

    Namespace router() {
        return router;
    }

    /** Lets these reach the router, and each other no more; or again. */
    void isolate(boolean isolated, List<String> links) {
        for (var link : links) {
            router.run("bridge", "link", "set", "dev", link, "isolated", isolated ? "on" : "off");
        }
    }

    /** Loses a part of the packets in each direction at these, at random. */
    void lose(int percent, List<String> links) {
        drop("loss", "numgen random mod 100 < " + percent + " drop", links);
    }

    void loseNothing() {
        forget("loss");
    }

    /** Lets no packet through at these, until they are heard again; all at the same moment. */
    void silence(List<String> links) {
        nft(links.stream().map(link -> dropping("silent-" + link, "drop", link)).collect(Collectors.joining()));
    }

    void hear(List<String> links) {
        forget(links.stream().map(link -> "silent-" + link).toArray(String[]::new));
    }

    private void drop(String table, String rule, List<String> links) {
        nft(links.stream().map(link -> dropping(table, rule, link)).collect(Collectors.joining()));
    }

    private static String dropping(String table, String rule, String link) {
        return """
                table netdev %1$s {
                    chain from-%2$s {
                        type filter hook ingress device "%2$s" priority 0
                        %3$s
                    }
                    chain to-%2$s {
                        type filter hook egress device "%2$s" priority 0
                        %3$s
                    }
                }
                """.formatted(table, link, rule);
    }

    private void forget(String... tables) {
        // A table has to be there to be deleted.
        nft(Stream.of(tables)
                .map(table -> "add table netdev %1$s\ndelete table netdev %1$s\n".formatted(table))
                .collect(Collectors.joining()));
    }

    /** A client in the subnet. */
    Namespace neighbour() {
        if (!hasNeighbour()) {
            var neighbour = Namespace.make(NEIGHBOUR_NAME);
            cable(NEIGHBOUR_NAME, neighbour, "eth0", "02:00:00:00:00:02");
            plug(NEIGHBOUR_NAME, "02:00:00:00:00:02", NEIGHBOUR);
            up(List.of(NEIGHBOUR_NAME));
            neighbour.run("ip", "addr", "add", NEIGHBOUR + "/" + PREFIX, "dev", "eth0");
            neighbour.run("ip", "link", "set", "eth0", "up");
        }
        return new Namespace(NEIGHBOUR_NAME);
    }

    private static boolean hasNeighbour() {
        return Shell.run("ip", "netns", "list").contains(NEIGHBOUR_NAME);
    }

    /** Has these public addresses, and no others, lead to private ones. */
    void translate(Map<String, String> privateByPublic) {
        nft("flush map ip translation inward\nflush map ip translation outward\n"
                + elements("inward", privateByPublic)
                + elements(
                        "outward",
                        privateByPublic.entrySet().stream()
                                .collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey, (one, two) -> one))));
    }

    private static String elements(String map, Map<String, String> translations) {
        if (translations.isEmpty()) {
            return "";
        }
        return translations.entrySet().stream()
                .map(entry -> entry.getKey() + " : " + entry.getValue())
                .collect(Collectors.joining(", ", "add element ip translation " + map + " { ", " }\n"));
    }

    private void nft(String rules) {
        Shell.run(rules, router.command("nft", "-f", "-"));
    }

    @Override
    public void close() {
        if (hasNeighbour()) {
            unplug(NEIGHBOUR_NAME);
            new Namespace(NEIGHBOUR_NAME).delete();
        }
        internet.disconnect();
        router.delete();
    }
}
