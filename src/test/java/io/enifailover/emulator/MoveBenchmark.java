package io.enifailover.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.ec2.model.AttachmentStatus;

/** Prints what {@code bench/move/run.sh} promises. */
final class MoveBenchmark {
    private static final Duration DETACH = Duration.ofMillis(2500);
    private static final Duration ATTACH = Duration.ofMillis(1500);
    /** Longer than the pause between two looks of the controller. */
    private static final Duration SPREAD = Duration.ofMillis(600);

    private static final List<String> PHASES = List.of("observe", "detach", "attach", "serve");
    private static final int MOVES = 15;
    private static final int MOVES_WITH_THE_WAITER = 3;
    private static final int STARTS = 5;
    private static final int WARM = 15;

    /** Some durations of one thing, in milliseconds. */
    private record Series(List<Long> milliseconds) {
        Series() {
            this(new ArrayList<>());
        }

        void print(String what) {
            var sorted = milliseconds.stream().sorted().toList();
            System.out.printf(
                    Locale.ROOT,
                    "  %-62s %7.2f %7.2f %7.2f%n",
                    what,
                    sorted.get(sorted.size() / 2) / 1000.0,
                    sorted.get(0) / 1000.0,
                    sorted.get(sorted.size() - 1) / 1000.0);
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    private final Deployment deployment;
    private final DeployedStack stack;
    private final RunningFunction controller;

    private MoveBenchmark(Deployment deployment) {
        this.deployment = deployment;
        this.stack = deployment.stack();
        this.controller = deployment.controller();
    }

    public static void main(String[] args) throws Exception {
        try (var deployment = new Deployment()) {
            var benchmark = new MoveBenchmark(deployment);
            benchmark.moves(args.length == 0 ? MOVES : Integer.parseInt(args[0]));
            benchmark.packageSize();
            benchmark.decisions();
            Report.print(deployment.emulator());
        }
    }

    private void moves(int moves) throws Exception {
        // There and back, so that the function has seen it all once.
        controller.order("switchover");
        controller.order("switchover");
        heading("%d switchovers on the emulator, EC2's own time taken off: detach %.1f s, attach %.1f s"
                .formatted(moves, DETACH.toMillis() / 1000.0, ATTACH.toMillis() / 1000.0));
        switchOver(moves, Duration.ZERO);
        heading("%d more, EC2's times spread over %d ms, so that they end anywhere between two looks"
                .formatted(moves, SPREAD.toMillis()));
        switchOver(moves, SPREAD);

        heading("for comparison");
        ec2Takes(Duration.ZERO);
        var waiter = new Series();
        for (int i = 0; i < MOVES_WITH_THE_WAITER; i++) {
            var all = milliseconds(this::moveWithTheWaiter);
            waiter.milliseconds().add(all - DETACH.plus(ATTACH).toMillis());
        }
        waiter.print("the SDK's waiter adds, %d moves".formatted(MOVES_WITH_THE_WAITER));

        // What the emulator itself takes for what the controller asks.
        var describe = new Series();
        for (int i = 0; i < WARM; i++) {
            describe.milliseconds().add(milliseconds(stack::floatingInterface));
        }
        describe.print("the emulator takes for one DescribeNetworkInterfaces");
        deployment.emulator().detachTakes(Duration.ZERO);
        deployment.emulator().attachTakes(Duration.ZERO);
    }

    private void switchOver(int moves, Duration spread) throws Exception {
        var call = new Series();
        var move = new Series();
        var phases = PHASES.stream().map(phase -> new Series()).toList();
        for (int i = 0; i < moves; i++) {
            var later = spread.multipliedBy(2L * i - moves + 1).dividedBy(2L * moves);
            ec2Takes(later);
            var ec2 = List.of(
                    0L, DETACH.plus(later).toMillis(), ATTACH.plus(later).toMillis(), 0L);
            var all = ec2.stream().mapToLong(part -> part).sum();
            call.milliseconds().add(milliseconds(() -> moved(controller.order("switchover"))) - all);
            var took = controller.lastMove().path("milliseconds");
            var total = 0L;
            for (int phase = 0; phase < PHASES.size(); phase++) {
                var added = took.path(PHASES.get(phase)).asLong() - ec2.get(phase);
                phases.get(phase).milliseconds().add(added);
                total += added;
            }
            move.milliseconds().add(total);
        }
        move.print("the controller adds, from its lease to the service");
        phases.get(0).print("  observe: look again under the lease");
        phases.get(1).print("  detach: see that it has ended");
        phases.get(2).print("  attach: see that it has come about");
        phases.get(3).print("  serve: see the new holder answer");
        call.print("from the order to its answer");
    }

    private void ec2Takes(Duration later) {
        deployment.emulator().detachTakes(DETACH.plus(later));
        deployment.emulator().attachTakes(ATTACH.plus(later));
    }

    /** The same move by the SDK's own means, until EC2 shows the interface as attached. */
    private void moveWithTheWaiter() throws InterruptedException {
        var ec2 = stack.ec2();
        var attachment = Objects.requireNonNull(stack.attachment());
        var target = stack.primary().equals(attachment.instanceId()) ? stack.standby() : stack.primary();
        ec2.detachNetworkInterface(request -> request.attachmentId(attachment.attachmentId()));
        try (var waiter = ec2.waiter()) {
            waiter.waitUntilNetworkInterfaceAvailable(request -> request.networkInterfaceIds(stack.interfaceId()));
        }
        ec2.attachNetworkInterface(request -> request.networkInterfaceId(stack.interfaceId())
                .instanceId(target)
                .deviceIndex(1)
                .networkCardIndex(0));
        // The SDK has no waiter for this one.
        while (Objects.requireNonNull(stack.attachment()).status() != AttachmentStatus.ATTACHED) {
            Thread.sleep(50);
        }
    }

    private void packageSize() throws IOException {
        var configuration = new ObjectMapper().readTree(deployment.emulator().configuration(stack.function()));
        var jars = new ArrayList<Map.Entry<String, Long>>();
        try (var files = Files.list(Path.of("target", "classes", "function", "lib"))) {
            for (var jar : (Iterable<Path>) files::iterator) {
                jars.add(Map.entry(jar.getFileName().toString(), Files.size(jar)));
            }
        }
        jars.sort(Map.Entry.<String, Long>comparingByValue().reversed());
        System.out.printf("%nthe function's package: %d jars%n", jars.size());
        print("as uploaded, one zip", configuration.path("CodeSize").asLong());
        print("the jars", jars.stream().mapToLong(Map.Entry::getValue).sum());
        jars.stream().limit(5).forEach(jar -> print("  " + jar.getKey(), jar.getValue()));
    }

    private void decisions() throws Exception {
        var tick = new Series();
        for (int i = 0; i < WARM; i++) {
            tick.milliseconds().add(milliseconds(() -> controller.answer(RunningFunction.tick())));
        }
        var status = new Series();
        for (int i = 0; i < WARM; i++) {
            status.milliseconds().add(milliseconds(() -> controller.order("status")));
        }
        var known = firstAnswers().size();
        for (int i = 0; i < STARTS; i++) {
            deployment.emulator().killFunction();
            controller.answer(RunningFunction.tick());
        }
        var start = new Series();
        firstAnswers().forEach(seconds -> start.milliseconds().add(Math.round(seconds.asDouble() * 1000)));
        heading("decisions, by AWS's runtime interface client");
        new Series(start.milliseconds().subList(known, known + STARTS))
                .print("from the start of the process to the first, of a schedule's event");
        tick.print("warm, of a schedule's event: looks twice, 0.3 s apart");
        status.print("warm, the status: looks once");
    }

    private JsonNode firstAnswers() throws IOException {
        return new ObjectMapper().readTree(deployment.emulator().firstAnswers());
    }

    private static void moved(JsonNode answer) {
        if (!answer.path("moved").asBoolean()) {
            throw new IllegalStateException(answer.toString());
        }
    }

    private static long milliseconds(Action action) throws Exception {
        var began = System.nanoTime();
        action.run();
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }

    private static void heading(String text) {
        System.out.printf("%n%s%n  %-62s %7s %7s %7s%n", text, "seconds", "median", "min", "max");
    }

    private static void print(String what, long bytes) {
        System.out.printf(Locale.ROOT, "  %-62s %7.2f MB%n", what, bytes / 1e6);
    }
}
