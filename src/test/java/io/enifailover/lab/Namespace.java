package io.enifailover.lab;

import java.util.ArrayList;
import java.util.List;

/** A network namespace, known to {@code ip netns} by its name. */
record Namespace(String name) {

    static Namespace make(String name) {
        Shell.run("ip", "netns", "add", name);
        var made = new Namespace(name);
        made.run("ip", "link", "set", "lo", "up");
        return made;
    }

    void delete() {
        Shell.run("ip", "netns", "delete", name);
    }

    String run(String... command) {
        return Shell.run(command(command));
    }

    /** The command that does this in here. */
    List<String> command(String... command) {
        return Shell.command(List.of("ip", "netns", "exec", name), command);
    }

    /** {@code ip link set} of several links, in one process. */
    void set(String state, List<String> links) {
        var lines = new ArrayList<String>();
        links.forEach(link -> lines.add("link set " + link + " " + state));
        Shell.run(String.join("\n", lines) + "\n", List.of("ip", "-n", name, "-batch", "-"));
    }

    void forward() {
        run("sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward");
    }
}
