package io.enifailover.lab;

import com.sun.net.httpserver.HttpExchange;
import io.enifailover.emulator.LocalServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceAttributeName;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;

/** Makes the machines do what EC2's API says of them: the emulator tells it, and goes on when it is done. */
final class Hypervisor implements AutoCloseable {
    /** With the installation of its packages. */
    private static final Duration FIRST_BOOT = Duration.ofMinutes(3);

    private final Ec2Client ec2;
    private final Path base;
    private final Path directory;
    private final Vpc vpc;
    private final BiConsumer<String, String> stateChanges;
    private final Map<String, Machine> machines = new ConcurrentHashMap<>();
    private final Map<String, Metadata.Facts> factsByAddress = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Boolean>> signals = new ConcurrentHashMap<>();
    private final LocalServer server;
    private @Nullable FloatingLink floating;
    private @Nullable Path certificate;
    private volatile Duration late = Duration.ZERO;
    private volatile Duration addressesLate = Duration.ZERO;
    private volatile @Nullable String withoutNginx;

    /**
     * A hypervisor without machines.
     *
     * @param base tree of a machine that has never booted
     * @param stateChanges told the instance and its new state
     */
    Hypervisor(Ec2Client ec2, Vpc vpc, Path base, Path directory, BiConsumer<String, String> stateChanges)
            throws IOException {
        this.ec2 = ec2;
        this.vpc = vpc;
        this.base = base;
        this.directory = directory;
        this.stateChanges = stateChanges;
        server = new LocalServer(this::handle);
    }

    URI url() {
        return server.url();
    }

    Machine machine(String instanceId) {
        var machine = machines.get(instanceId);
        if (machine == null) {
            throw new IllegalArgumentException("no machine " + instanceId);
        }
        return machine;
    }

    Metadata.Facts facts(String address) {
        var facts = factsByAddress.get(address);
        if (facts == null) {
            throw new IllegalArgumentException("no machine at " + address);
        }
        return facts;
    }

    /** Has new machines trust this certificate. */
    void trust(Path pem) {
        certificate = pem;
    }

    /** A machine's first boot has ended, well or not. */
    void signal(String address, boolean success) {
        signals.computeIfAbsent(address, it -> new CompletableFuture<>()).complete(success);
    }

    /** From now on: an interface appears in the machine that much after EC2 shows it as attached. */
    void interfacesAppearLate(Duration by) {
        late = by;
    }

    /** From now on: for that long after a move, packets for the floating address go to where it was. */
    void packetsFollowLate(Duration by) {
        floating().packetsFollowLate(by);
    }

    /** From now on: an Elastic IP leads to its new place that much after EC2 shows it there. */
    void addressesFollowLate(Duration by) {
        addressesLate = by;
    }

    /** The first boot of the next machine whose user data has these words fails: its nginx cannot be started. */
    void failNextFirstBoot(String words) {
        withoutNginx = words;
    }

    /** Has the router follow the Elastic IPs. */
    void translate() {
        var privateByPublic = new TreeMap<String, String>();
        for (var address : ec2.describeAddresses().addresses()) {
            if (address.privateIpAddress() != null) {
                privateByPublic.put(address.publicIp(), address.privateIpAddress());
            }
        }
        vpc.translate(privateByPublic);
    }

    private void handle(HttpExchange request) throws IOException {
        try (request) {
            var words = request.getRequestURI().getPath().split("/", 3);
            try {
                var script = new String(request.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                carryOut(words[1], words[2], script);
                request.sendResponseHeaders(200, -1);
            } catch (RuntimeException e) {
                System.err.println("hypervisor: " + String.join(" ", words) + ": " + e);
                var body = String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8);
                request.sendResponseHeaders(500, body.length);
                request.getResponseBody().write(body);
            }
        }
    }

    private void carryOut(String order, String id, String script) {
        switch (order) {
            case "run" -> run(id);
            case "start" -> {
                machine(id).powerOn();
                stateChanges.accept(id, "running");
            }
            case "stop" -> {
                machine(id).powerOff();
                stateChanges.accept(id, "stopped");
            }
            case "reboot" -> {
                machine(id).powerOff();
                machine(id).powerOn();
            }
            case "terminate" -> {
                machine(id).destroy();
                machines.remove(id);
                stateChanges.accept(id, "terminated");
            }
            case "plug" -> plug(machine(id));
            case "unplug" -> floating().unplug();
            // By Systems Manager's agent, on a server.
            case "command" -> machine(id).run("sh", "-c", script);
            case "addresses" -> followAddresses();
            default -> throw new IllegalArgumentException("order must be one of EC2's, got " + order);
        }
    }

    private void followAddresses() {
        var delay = addressesLate;
        if (delay.isZero()) {
            translate();
        } else {
            CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(this::translate);
        }
    }

    private void plug(Machine machine) {
        var delay = late;
        if (delay.isZero()) {
            floating().plugInto(machine);
        } else {
            CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> floating().plugInto(machine));
        }
    }

    /** The first machine's launch finds the interface in place: the user data of both name it. */
    private synchronized FloatingLink floating() {
        if (floating == null) {
            floating = new FloatingLink(vpc, Nic.of(floatingInterface()));
        }
        return floating;
    }

    private NetworkInterface floatingInterface() {
        return ec2.describeNetworkInterfaces(request -> request.filters(
                        Filter.builder().name("description").values("*loating*").build()))
                .networkInterfaces()
                .get(0);
    }

    /** As CloudFormation has it: the machine exists once it has said that it serves. */
    private void run(String id) {
        var instance = describe(id);
        var nic = Nic.of(instance.networkInterfaces().get(0));
        var machine = new Machine(id, nic, base, directory.resolve(id), vpc, floating());
        machines.put(id, machine);
        var facts = facts(instance, nic);
        factsByAddress.put(nic.address(), facts);
        prepare(machine, facts.userData());
        var signal = signals.computeIfAbsent(nic.address(), it -> new CompletableFuture<>());
        machine.powerOn();
        stateChanges.accept(id, "running");
        try {
            if (!signal.get(FIRST_BOOT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(id + " has signalled a failure:\n" + journal(machine));
            }
        } catch (TimeoutException e) {
            throw new IllegalStateException(id + " has not signalled:\n" + journal(machine), e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Instance describe(String id) {
        return ec2.describeInstances(request -> request.instanceIds(id))
                .reservations()
                .get(0)
                .instances()
                .get(0);
    }

    private Metadata.Facts facts(Instance instance, Nic nic) {
        var subnet = ec2.describeSubnets(request -> request.subnetIds(instance.subnetId()))
                .subnets()
                .get(0);
        var userData = ec2.describeInstanceAttribute(
                        request -> request.instanceId(instance.instanceId()).attribute(InstanceAttributeName.USER_DATA))
                .userData()
                .value();
        return new Metadata.Facts(
                instance.instanceId(),
                nic.mac(),
                nic.address(),
                subnet.cidrBlock(),
                new String(Base64.getDecoder().decode(userData), StandardCharsets.UTF_8));
    }

    /** What DHCP, Amazon's resolver and the public certificate authorities would give it. */
    private void prepare(Machine machine, String userData) {
        try {
            Files.writeString(machine.tree().resolve("etc/systemd/network/80-ens5.network"), """
                            [Match]
                            Name=ens5
                            [Network]
                            Address=%s/%s
                            Gateway=%s
                            IPv6AcceptRA=no
                            LinkLocalAddressing=no
                            """.formatted(
                            machine.nic().address(), Vpc.PREFIX, Vpc.GATEWAY));
            Files.writeString(
                    machine.tree().resolve("etc/hosts"),
                    "127.0.0.1 localhost\n" + Internet.ENDPOINTS + " " + String.join(" ", Endpoints.NAMES) + "\n");
            var broken = withoutNginx;
            if (broken != null && userData.contains(broken)) {
                withoutNginx = null;
                // As systemctl mask does it.
                Files.createSymbolicLink(
                        machine.tree().resolve("etc/systemd/system/nginx.service"), Path.of("/dev/null"));
            }
            if (certificate != null) {
                Files.writeString(
                        machine.tree().resolve("etc/ssl/certs/ca-certificates.crt"),
                        Files.readString(certificate),
                        StandardOpenOption.APPEND);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String journal(Machine machine) {
        try {
            return machine.run("journalctl", "--no-pager", "-n", "30", "-u", "first-boot");
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Override
    public void close() {
        server.close();
        machines.values().forEach(Machine::destroy);
        if (floating != null) {
            floating.remove();
        }
    }
}
