package io.enifailover.lab;

import static java.util.Objects.requireNonNull;

import io.enifailover.outage.Comparison.Part;
import io.enifailover.outage.Recording;
import io.enifailover.outage.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.ec2.model.Address;

/** The same two machines with keepalived in the place of the watch and the controller. */
final class Keepalived implements AutoCloseable {
    private static final Path FILES = Path.of("src", "test", "lab", "keepalived");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** A server that has just started waits ten seconds, and may be master for a moment after that. */
    private static final Duration REST = Duration.ofSeconds(20);
    /** A server that hears the other one takes over later than one interval after a crash. */
    private static final Duration ADVERTISEMENT = Duration.ofSeconds(1);

    /** What its notify script moves. */
    enum Variant {
        ELASTIC_IP("Elastic IP at once", "move-address.sh", Duration.ZERO, "re-associates the Elastic IP, at once"),
        /** As NGINX reports of its solution on AWS. */
        LATE_ELASTIC_IP(
                "Elastic IP in 5 s",
                "move-address.sh",
                Duration.ofSeconds(5),
                "re-associates the Elastic IP, which EC2 takes 5 s for"),
        INTERFACE(
                "interface",
                "move-interface.sh",
                Duration.ZERO,
                "moves the interface and uses the AWS CLI's own waiter");

        final String moves;
        private final String script;
        private final Duration association;
        final String description;

        Variant(String moves, String script, Duration association, String description) {
            this.moves = moves;
            this.script = script;
            this.association = association;
            this.description = "its notify script " + description;
        }
    }

    private final Lab lab;
    private final List<Address> addresses;
    private final Address service;

    /** Takes the place of the watch; the controller is on hold. */
    Keepalived(Lab lab, Variant variant) throws IOException {
        this.lab = lab;
        addresses = lab.stack().ec2().describeAddresses().addresses();
        service = addresses.stream()
                .filter(address -> lab.stack().interfaceId().equals(address.networkInterfaceId()))
                .findFirst()
                .orElseThrow();
        lab.hypervisor().addressesFollowLate(variant.association);
        lab.controller().order(Map.of("order", "hold", "duration", "PT12H", "reason", "keepalived", "by", "lab"));
        for (var machine : lab.machines()) {
            machine.run("systemctl", "disable", "--now", "--quiet", "failover-watch");
            machine.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "--no-download", "keepalived");
            write(machine, FILES.resolve("keepalived.conf"), "/etc/keepalived/keepalived.conf");
            write(machine, FILES.resolve(variant.script), "/usr/local/lib/move.sh");
            machine.run("chmod", "755", "/usr/local/lib/move.sh");
        }
        // One after the other, so that it is known who is master.
        lab.primary().run("systemctl", "restart", "keepalived");
        Await.pause(Duration.ofSeconds(6));
        lab.standby().run("systemctl", "restart", "keepalived");
        Await.pause(REST);
    }

    String version() {
        return lab.primary()
                .run("sh", "-c", "keepalived --version 2>&1 | head -n 1")
                .strip();
    }

    /**
     * One crash.
     *
     * @param length as a client saw it
     * @param noticed from its beginning until the notify script began
     * @param acted how long the script took
     */
    record Crash(Duration length, Duration noticed, Duration acted) {
        List<Part> parts() {
            var rest = length.minus(noticed).minus(acted);
            var all = List.of(
                    new Part("detect", noticed, false),
                    new Part("script", rest.isNegative() ? acted.plus(rest) : acted, true),
                    new Part("serve", rest, true));
            return all.stream()
                    .filter(part -> part.length().compareTo(Duration.ZERO) > 0)
                    .toList();
        }
    }

    /**
     * Powers the machine that serves off, again and again, and returns what a client saw each time: fewer than asked for if
     * nobody serves any more, which is for the report and not for us to mend. A crash of a server that just loses the service to
     * the other one, which was master for a moment at its start, says nothing and is repeated.
     */
    List<Crash> crashes(int times) {
        var outages = new ArrayList<Crash>();
        for (int i = 0; outages.size() < times && i < 3 * times; i++) {
            var holder = lab.primary();
            try (var client = lab.client(answer -> {})) {
                if (!client.await(Sample::good, PATIENCE)) {
                    System.out.println("  nobody serves after crash " + i);
                    return outages;
                }
                Await.pause(Duration.ofSeconds(2));
                holder = server(client.soFar());
                var next = lab.other(holder);
                // What was answered before says nothing: both may have been master for a moment.
                var crash = client.soFar().nanosAt(Instant.now());
                holder.powerOff();
                if (!client.await(answer -> answer.sent() > crash && next.id().equals(answer.servedBy()), PATIENCE)) {
                    System.out.println("  crash " + (i + 1) + ": nobody has taken over");
                    return outages;
                }
                Await.pause(Duration.ofSeconds(1));
                var recording = client.stop();
                var began = time(next, "began");
                var failed = holder.id();
                recording.moves().stream()
                        .filter(it -> it.end() > crash && failed.equals(it.from()))
                        .findFirst()
                        .filter(it -> began.isAfter(recording.wallClock(crash).plus(ADVERTISEMENT)))
                        .map(outage -> new Crash(
                                outage.length(),
                                Duration.between(recording.wallClock(outage.start()), began),
                                Duration.between(began, time(next, "ended"))))
                        .ifPresentOrElse(outages::add, () -> System.out.println("  not counted: both were master"));
            }
            holder.powerOn();
            var back = holder;
            if (!Await.within(PATIENCE, () -> lab.serves(back))) {
                throw new IllegalStateException(back.id() + " has not come back");
            }
            if (outages.size() < times) {
                Await.pause(REST);
            }
        }
        return outages;
    }

    /** When the notify script has left this mark, or now: it may still be at work when the client is served. */
    private static Instant time(Machine machine, String mark) {
        var written = machine.run("sh", "-c", "cat /run/move-" + mark + " 2>/dev/null || date +%s%3N");
        return Instant.ofEpochMilli(Long.parseLong(written.strip()));
    }

    private Machine server(Recording recording) {
        var spans = recording.spans();
        return lab.hypervisor()
                .machine(requireNonNull(spans.get(spans.size() - 1).server()));
    }

    private void write(Machine machine, Path template, String file) throws IOException {
        var text = Files.readString(template)
                .replace("@OWN_ADDRESS@", machine.nic().address())
                .replace("@PEER_ADDRESS@", lab.other(machine).nic().address())
                .replace("@OWN_INTERFACE@", machine.nic().id())
                .replace("@INSTANCE@", machine.id())
                .replace("@FLOATING_INTERFACE@", lab.stack().interfaceId())
                .replace("@ALLOCATION@", service.allocationId());
        machine.write(file, text);
    }

    /** Gives everything back. */
    @Override
    public void close() {
        lab.hypervisor().addressesFollowLate(Duration.ZERO);
        for (var machine : lab.machines()) {
            machine.powerOn();
            Await.within(PATIENCE, machine::isUp);
            machine.run("systemctl", "disable", "--now", "--quiet", "keepalived");
            machine.run("systemctl", "enable", "--now", "--quiet", "failover-watch");
        }
        // An address that had to give way to the service's own has no interface any more.
        for (var address : addresses) {
            lab.stack()
                    .ec2()
                    .associateAddress(request -> request.allocationId(address.allocationId())
                            .networkInterfaceId(address.networkInterfaceId())
                            .allowReassociation(true));
        }
    }
}
