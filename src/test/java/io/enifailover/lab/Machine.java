package io.enifailover.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One machine: a tree of files, a network, and a systemd that boots from it, with nothing of the host but its kernel. */
final class Machine {
    private final String id;
    private final Nic nic;
    private final String link;
    private final Path directory;
    private final Path cgroup;
    private final Vpc vpc;
    private final FloatingLink floating;
    private @Nullable Namespace network;
    private volatile @Nullable Process process;
    private boolean cut;

    /**
     * A machine that is off.
     *
     * @param directory of its own files, above those of the base tree
     */
    Machine(String id, Nic nic, Path base, Path directory, Vpc vpc, FloatingLink floating) {
        this.id = id;
        this.nic = nic;
        this.link = "v" + id.substring(id.length() - 12);
        this.directory = directory;
        this.cgroup = Path.of(System.getenv("LAB_CGROUP"), id);
        this.vpc = vpc;
        this.floating = floating;
        try {
            for (var part : List.of("upper", "work", "tree")) {
                Files.createDirectories(directory.resolve(part));
            }
            Files.createDirectory(cgroup);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Shell.run(
                "mount",
                "-t",
                "overlay",
                "overlay",
                "-o",
                "lowerdir=%s,upperdir=%s,workdir=%s"
                        .formatted(base, directory.resolve("upper"), directory.resolve("work")),
                tree().toString());
    }

    String id() {
        return id;
    }

    Nic nic() {
        return nic;
    }

    /** The root of its files. */
    Path tree() {
        return directory.resolve("tree");
    }

    boolean isOn() {
        return process != null && process.isAlive();
    }

    void powerOn() {
        synchronized (vpc) {
            if (!isOn()) {
                boot();
            }
        }
    }

    private void boot() {
        floating.rescueFrom(this, this::renewNetwork);
        // The cgroup first, so that nothing of the machine is ever outside of it.
        var command = List.of(
                "sh",
                "-c",
                "echo $$ >\"$1/cgroup.procs\"; shift; exec \"$@\"",
                "sh",
                cgroup.toString(),
                "systemd-nspawn",
                "--quiet",
                "--register=no",
                "--keep-unit",
                "--boot",
                "--directory=" + tree(),
                "--machine=" + id,
                "--resolv-conf=off",
                "--link-journal=no",
                // A network that is given from outside is not the machine's own to set up, by default.
                "--capability=CAP_NET_ADMIN,CAP_NET_RAW",
                "--network-namespace-path=/run/netns/" + id);
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("console").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!cut) {
            vpc.up(cables());
        }
    }

    /** At once, as by the cable: nothing is written down, and nobody says goodbye. */
    void powerOff() {
        synchronized (vpc) {
            // First, or its kernel, which is the host's, would still refuse connections for it.
            vpc.down(cables());
            tell("cgroup.kill", "1");
            if (process != null) {
                process.onExit().join();
            }
            process = null;
        }
    }

    /** Stops all of it where it is, also its kernel, which is the host's and would go on to accept connections. */
    void freeze() {
        synchronized (vpc) {
            vpc.silence(cables());
            tell("cgroup.freeze", "1");
        }
    }

    void thaw() {
        synchronized (vpc) {
            tell("cgroup.freeze", "0");
            vpc.hear(cables());
        }
    }

    /** Pulls its network cables. */
    void cut() {
        synchronized (vpc) {
            cut = true;
            vpc.down(cables());
        }
    }

    void mend() {
        synchronized (vpc) {
            cut = false;
            if (isOn()) {
                vpc.up(cables());
            }
        }
    }

    /** The router's ends of all its interfaces. */
    List<String> cables() {
        return floating.isIn(this) ? List.of(link, FloatingLink.OUTSIDE) : List.of(link);
    }

    /** The router's end of its own interface. */
    String link() {
        return link;
    }

    /** Runs a command in it, as root, and returns what it prints. */
    String run(String... command) {
        return Shell.run(inside(command));
    }

    /** Writes a file in it, from within: an absolute link in its tree would lead out of it from here. */
    void write(String path, String text) {
        Shell.run(text, inside("sh", "-c", "cat >\"$1\"", "sh", path));
    }

    private List<String> inside(String... command) {
        return Shell.command(List.of("nsenter", "--target", init(), "--all", "--"), command);
    }

    /** Whether its systemd takes commands. */
    boolean isUp() {
        try {
            run("systemctl", "show", "--property=Version");
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    void withItsNetwork(BiConsumer<Namespace, Boolean> use) {
        if (network == null) {
            throw new IllegalStateException(id + " has never been on");
        }
        use.accept(network, isOn() && !cut);
    }

    /** For good. */
    void destroy() {
        powerOff();
        synchronized (vpc) {
            if (floating.isIn(this)) {
                floating.unplug();
            }
            if (network != null) {
                vpc.unplug(link);
                network.delete();
                network = null;
            }
        }
        Shell.run("umount", "--lazy", tree().toString());
    }

    /** A kernel of its own would forget addresses and rules at a start: here the namespace is new. */
    private void renewNetwork() {
        if (network != null) {
            // By hand: a namespace goes some time after its name.
            vpc.unplug(link);
            network.delete();
        }
        network = Namespace.make(id);
        vpc.cable(link, network, "ens5", nic.mac());
        vpc.plug(link, nic.mac(), nic.address());
        if (!cut) {
            vpc.up(List.of(link));
        }
    }

    private String init() {
        try {
            return Files.readString(cgroup.resolve("payload/init.scope/cgroup.procs"))
                    .lines()
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(id + " does not run yet"));
        } catch (IOException e) {
            throw new IllegalStateException(id + " does not run", e);
        }
    }

    private void tell(String file, String value) {
        try {
            Files.writeString(cgroup.resolve(file), value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
