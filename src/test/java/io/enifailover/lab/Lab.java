package io.enifailover.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.emulator.DeployedStack;
import io.enifailover.emulator.Emulator;
import io.enifailover.emulator.RunningFunction;
import io.enifailover.outage.Pace;
import io.enifailover.outage.ProbeSeries;
import io.enifailover.outage.RemoteProber;
import io.enifailover.outage.Sample;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ec2.model.Address;
import software.amazon.awssdk.services.ec2.model.AttachmentStatus;

/** The deployed pair, for real but for AWS: its machines, the network around them, and the function beside the emulator. */
final class Lab implements AutoCloseable {
    static final Path DIRECTORY = Path.of("target", "lab");

    /** What EC2 takes, unless a scenario says otherwise. */
    static final Duration DETACH = Duration.ofMillis(2500);

    static final Duration ATTACH = Duration.ofMillis(1500);
    /** Below this no move can be. */
    static final Duration FLOOR = DETACH.plus(ATTACH);

    private static final Duration BOOT = Duration.ofSeconds(60);
    private static final Duration MOVE = Duration.ofSeconds(60);
    private static final String BUSY = "busy-";
    private static final Path MACHINES = DIRECTORY.resolve("machines");
    private static final Path BASE = DIRECTORY.resolve("base").resolve("tree");

    private final Application application;
    private final Internet internet = new Internet();
    private final Vpc vpc = new Vpc(internet);
    private final ScheduledExecutorService eventBridge = Executors.newSingleThreadScheduledExecutor();
    private final Emulator emulator;
    private final Hypervisor hypervisor;
    private final Metadata metadata;
    private final Endpoints endpoints;
    private final DeployedStack stack;
    private final RunningFunction controller;
    private ScheduledFuture<?> schedule;
    private final Map<String, String> settings = new TreeMap<>(Map.of("probeInterval", "0.5", "fencing", "none"));

    /** Deploys, with these options of the CLI, and boots the machines. */
    Lab(Application application, String... options) throws IOException, InterruptedException, GeneralSecurityException {
        this.application = application;
        var logs = Files.createDirectories(DIRECTORY.resolve("logs"));
        var machines = Files.createDirectories(MACHINES);
        Shell.run("mount", "-t", "tmpfs", "tmpfs", machines.toString());
        var endpoint = Emulator.freeEndpoint();
        hypervisor = new Hypervisor(Emulator.ec2(endpoint), vpc, BASE, machines, this::announce);
        emulator = Emulator.start(new Emulator.Place(endpoint, endpoint, null, hypervisor.url(), logs));
        metadata = new Metadata(hypervisor::facts);
        endpoints = new Endpoints(endpoint, hypervisor::signal, machines);
        hypervisor.trust(endpoints.certificate());
        stack = new DeployedStack(endpoint, logs, application.assembly(), options);
        controller = new RunningFunction(emulator, stack);
        schedule = everyMinute();
    }

    Application application() {
        return application;
    }

    Vpc vpc() {
        return vpc;
    }

    Internet internet() {
        return internet;
    }

    Emulator emulator() {
        return emulator;
    }

    Hypervisor hypervisor() {
        return hypervisor;
    }

    DeployedStack stack() {
        return stack;
    }

    RunningFunction controller() {
        return controller;
    }

    Machine primary() {
        return hypervisor.machine(stack.primary());
    }

    Machine standby() {
        return hypervisor.machine(stack.standby());
    }

    List<Machine> machines() {
        return List.of(primary(), standby());
    }

    /** A client on the internet, which asks the service who it is from now on. */
    ProbeSeries client(Consumer<Sample> listener) {
        return new RemoteProber(internet.client().command(), serviceUrl(), Pace.DEFAULT, listener);
    }

    String roleOf(Machine machine) {
        return machine.id().equals(stack.primary()) ? "the primary" : "the standby";
    }

    Machine holder() {
        return hypervisor.machine(Objects.requireNonNull(stack.holder(), "nobody holds the interface"));
    }

    Machine other(Machine machine) {
        return machine.id().equals(stack.primary()) ? standby() : primary();
    }

    /**
     * What the record says of the moves since the last {@link #forget}, newest first; not that somebody has found the
     * interface where it is, which follows when the record is empty.
     */
    List<JsonNode> history() throws JsonProcessingException {
        var moves = new ArrayList<JsonNode>();
        for (var entry : controller.order("status").required("history")) {
            if (!entry.path("from").equals(entry.path("to"))) {
                moves.add(entry);
            }
        }
        return moves;
    }

    /** Empties the record, as if all that was long ago: no cool-down, no history; but who was heard stays heard. */
    void forget() {
        var table = stack.output("TableName");
        for (var item :
                stack.dynamoDb().scan(request -> request.tableName(table)).items()) {
            if (Objects.requireNonNull(item.get("item")).s().startsWith("move#")) {
                stack.dynamoDb()
                        .deleteItem(request -> request.tableName(table)
                                .key(Map.of("pair", item.get("pair"), "item", item.get("item"))));
            } else {
                var heard = new HashMap<>(item);
                heard.keySet().removeIf(name -> !name.matches("pair|item|pulse#.*"));
                stack.dynamoDb().putItem(request -> request.tableName(table).item(heard));
            }
        }
    }

    /** Mends everything, and brings the interface to the primary. */
    void settle() throws JsonProcessingException {
        if (schedule.isCancelled()) {
            schedule = everyMinute();
        }
        emulator.detachTakes(DETACH);
        emulator.attachTakes(ATTACH);
        emulator.stopTakesNoTime();
        hypervisor.interfacesAppearLate(Duration.ZERO);
        hypervisor.packetsFollowLate(Duration.ZERO);
        cutBetweenServers(false);
        vpc.loseNothing();
        for (var machine : machines()) {
            machine.thaw();
            stack.ec2().startInstances(request -> request.instanceIds(machine.id()));
            machine.powerOn();
            machine.mend();
            require(Await.within(BOOT, machine::isUp), roleOf(machine) + " boots");
            machine.run("systemctl", "kill", "--signal=CONT", application.unit());
            machine.run("systemctl", "stop", "--quiet", BUSY + "*");
            machine.run("systemctl", "start", application.unit(), "failover-watch");
            require(Await.within(BOOT, () -> serves(machine)), roleOf(machine) + " serves at its own address");
        }
        forget();
        // A move that is still under way ends first.
        require(Await.within(MOVE, () -> isAttached() && !isMoving()), "the interface comes to rest");
        forget();
        if (!stack.primary().equals(stack.holder())) {
            controller.order(Map.of("order", "switchover", "to", "primary", "by", "lab"));
            forget();
        }
        require(
                Await.within(MOVE, () -> stack.primary().equals(stack.holder()) && serves(serviceUrl(), primary())),
                "the primary serves");
    }

    /** Deploys this setting of the application, unless the pair has it already. */
    void configure(String setting, String value) throws IOException, InterruptedException {
        if (!value.equals(settings.get(setting))) {
            var wanted = new TreeMap<>(settings);
            wanted.put(setting, value);
            stack.deploy(wanted.entrySet().stream().map(it -> "--context=" + it).toArray(String[]::new));
            settings.putAll(wanted);
        }
    }

    /** Leaves the pair to its watches and to EC2, until {@link #settle}. */
    void stopTheSchedule() {
        schedule.cancel(false);
    }

    private ScheduledFuture<?> everyMinute() {
        return eventBridge.scheduleAtFixedRate(this::minutePasses, 1, 1, TimeUnit.MINUTES);
    }

    /** Takes the way between the two servers, while each reaches the router; or gives it back. */
    void cutBetweenServers(boolean cut) {
        vpc.isolate(cut, List.of(primary().link(), standby().link(), FloatingLink.OUTSIDE));
    }

    /** Loses a part of the packets that leave or reach a machine, until {@link #settle}. */
    void lose(int percent, Machine machine) {
        vpc.lose(percent, machine.cables());
    }

    /** Keeps all processors busy from within a machine, until {@link #settle}. */
    void keepBusy(Machine machine) {
        for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
            machine.run("systemd-run", "--quiet", "--collect", "--unit=" + BUSY + i, "sh", "-c", "while :; do :; done");
        }
    }

    /** Has the client on the internet keep that many connections open. */
    SlowClients slowClients(int halfRequests, int slowReaders) throws IOException {
        return SlowClients.start(internet.client(), serviceUrl().getHost(), halfRequests, slowReaders);
    }

    /**
     * Runs the operator's command, and shows what it prints.
     *
     * @throws IllegalStateException if it fails
     */
    void operator(String... arguments) throws IOException, InterruptedException {
        var command = Shell.command(List.of("java", "-jar", "target/failover.jar"), arguments);
        System.out.println("\n$ ./failover " + String.join(" ", arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(emulator.environment());
        var process = builder.start();
        process.getOutputStream().close();
        try (var printed = process.inputReader()) {
            printed.lines().forEach(System.out::println);
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException("failover " + String.join(" ", arguments) + " has failed");
        }
    }

    String publicAddress(Machine machine) {
        return ownAddresses(machine).findFirst().orElseThrow();
    }

    boolean hasPublicAddress(Machine machine) {
        return ownAddresses(machine).findFirst().isPresent();
    }

    private Stream<String> ownAddresses(Machine machine) {
        return stack.ec2().describeAddresses().addresses().stream()
                .filter(address -> machine.nic().address().equals(address.privateIpAddress()))
                .map(Address::publicIp);
    }

    Instant launchTime(Machine machine) {
        return hypervisor.describe(machine.id()).launchTime();
    }

    boolean isDetaching() {
        var attachment = stack.floatingInterface().attachment();
        return attachment != null && attachment.status() == AttachmentStatus.DETACHING;
    }

    /** Whether its watch has said in the last minute that the controller has its report. */
    boolean hasReported(Machine machine) {
        return machine.run("journalctl", "--no-pager", "--unit=failover-watch", "--since=-1min")
                .contains("the controller has the report");
    }

    /** Whether it answers at its own address. */
    boolean serves(Machine machine) {
        return serves(application.at(machine.nic().address()), machine);
    }

    private boolean serves(URI url, Machine machine) {
        if (url.getScheme().equals("tcp")) {
            return accepts(url);
        }
        try {
            var answer = Shell.run(
                    "curl", "-sk", "-o", "/dev/null", "--max-time", "1", "-w", "%header{x-served-by}", url.toString());
            return answer.equals(machine.id());
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private static boolean accepts(URI url) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** What a client asks. */
    private URI serviceUrl() {
        return application.at(URI.create(stack.output("ServiceUrl")).getHost());
    }

    private boolean isAttached() {
        var attachment = stack.floatingInterface().attachment();
        if (attachment == null) {
            minutePasses();
            return false;
        }
        return attachment.status() == AttachmentStatus.ATTACHED;
    }

    boolean isMoving() {
        try {
            return !controller.order("status").path("lease").isNull();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("not within its time: " + what);
        }
    }

    /** As EventBridge does, some time after EC2's own change. */
    private void announce(String instanceId, String state) {
        eventBridge.execute(() -> deliver(RunningFunction.stateChange(instanceId, state)));
    }

    /** The schedule's call, also between its own. */
    void minutePasses() {
        deliver(RunningFunction.tick());
    }

    private void deliver(String event) {
        try {
            emulator.deliver(event);
        } catch (RuntimeException e) {
            System.err.println("not delivered: " + e);
        }
    }

    /** Writes down what the machines have to say, for whoever has to find out why something broke. */
    private void keepJournals() {
        for (var machine : machines()) {
            try {
                Files.writeString(
                        DIRECTORY.resolve("logs").resolve(roleOf(machine).replace("the ", "") + ".journal"),
                        machine.run("journalctl", "--no-pager", "--output=short-iso-precise"));
            } catch (IllegalStateException | IOException e) {
                System.err.println("no journal: " + e.getMessage());
            }
        }
    }

    @Override
    public void close() throws IOException {
        keepJournals();
        schedule.cancel(true);
        eventBridge.shutdownNow();
        stack.close();
        emulator.close();
        hypervisor.close();
        endpoints.close();
        metadata.close();
        vpc.close();
        internet.close();
        Shell.run("umount", "--lazy", MACHINES.toString());
    }
}
