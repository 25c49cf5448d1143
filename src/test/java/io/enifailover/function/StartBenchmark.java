package io.enifailover.function;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints what {@code bench/start/run.sh} promises. */
final class StartBenchmark {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final String ALIAS = "report-standby";
    private static final int PERIOD = 20_000;

    /** One processor's worth. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
    private static final int MEMORY_OF_ONE_PROCESSOR = 1_769;

    private StartBenchmark() {}

    public static void main(String[] args) throws Exception {
        var starts = args.length == 0 ? 5 : Integer.parseInt(args[0]);
        System.out.printf("%d starts of each kind; seconds: median (min to max)%n", starts);
        for (var memory : List.of(512, 1_024, MEMORY_OF_ONE_PROCESSOR)) {
            var unprimed = new ArrayList<Long>();
            var first = new ArrayList<Long>();
            var later = new ArrayList<Long>();
            for (int i = 0; i < starts; i++) {
                unprimed.add(start(memory, "on-demand").get(0));
                var primed = start(memory, "snap-start");
                first.add(primed.get(1));
                later.add(primed.get(2));
            }
            System.out.printf("%n%,d MB%n", memory);
            print("start without a snapshot, and the first decision", unprimed);
            print("first decision after priming", first);
            print("a later decision", later);
        }
    }

    /** From the start of the process to its first answer, then the first answer alone, then a later one. */
    private static List<Long> start(int memory, String initialization) throws Exception {
        var folder = Files.createTempDirectory("start");
        var group = ControlGroup.make(memory);
        try (var runtime = new RuntimeApi()) {
            var ec2 = PackagedFunction.serving(
                    request -> request.contains("Action=DescribeInstances")
                            ? PackagedFunction.SERVERS
                            : PackagedFunction.ATTACHED_TO_THE_STANDBY,
                    () -> 200);
            var table = PackagedFunction.serving(request -> "{}", () -> 200);
            var builder = PackagedFunction.process(group.command(), runtime, folder);
            builder.redirectOutput(folder.resolve("output").toFile());
            builder.environment().put("AWS_ENDPOINT_URL_EC2", PackagedFunction.url(ec2));
            builder.environment().put("AWS_ENDPOINT_URL_DYNAMODB", PackagedFunction.url(table));
            builder.environment().put("AWS_LAMBDA_INITIALIZATION_TYPE", initialization);
            var began = System.nanoTime();
            var function = builder.start();
            runtime.awaitReady();
            var asked = System.nanoTime();
            runtime.invoke(ALIAS, report(), TIMEOUT);
            var answered = System.nanoTime();
            for (int i = 0; i < 10; i++) {
                runtime.invoke(ALIAS, report(), TIMEOUT);
            }
            var warm = System.nanoTime();
            runtime.invoke(ALIAS, report(), TIMEOUT);
            var end = System.nanoTime();
            function.destroyForcibly().waitFor();
            ec2.stop(0);
            table.stop(0);
            return List.of(answered - began, answered - asked, end - warm);
        } finally {
            group.remove();
        }
    }

    /** Of the server that holds the interface, so that it moves nothing. */
    private static String report() {
        return "{\"type\": \"report\", \"observer\": \"i-00000000000000002\", \"failures\": 3, \"clock\": %d}"
                .formatted(Instant.now().getEpochSecond());
    }

    private static void print(String what, List<Long> nanos) {
        var sorted = nanos.stream().sorted().map(it -> it / 1e9).toList();
        System.out.printf(
                Locale.ROOT,
                "  %-50s %.2f (%.2f to %.2f)%n",
                what,
                sorted.get(sorted.size() / 2),
                sorted.get(0),
                sorted.get(sorted.size() - 1));
    }

    /** Limits the CPU of the processes in it, as Lambda does, by either version of Linux's control groups. */
    private record ControlGroup(Path directory) {
        private static final Path ROOT = Path.of("/sys/fs/cgroup");

        static ControlGroup make(int memory) throws IOException {
            var quota = PERIOD * memory / MEMORY_OF_ONE_PROCESSOR;
            var name = "eni-failover-start-" + ProcessHandle.current().pid();
            if (Files.isDirectory(ROOT.resolve("cpu"))) {
                var directory = Files.createDirectory(ROOT.resolve("cpu").resolve(name));
                Files.writeString(directory.resolve("cpu.cfs_period_us"), String.valueOf(PERIOD));
                Files.writeString(directory.resolve("cpu.cfs_quota_us"), String.valueOf(quota));
                return new ControlGroup(directory);
            }
            var directory = Files.createDirectory(ROOT.resolve(name));
            Files.writeString(directory.resolve("cpu.max"), quota + " " + PERIOD);
            return new ControlGroup(directory);
        }

        List<String> command() {
            return List.of("sh", "-c", "echo $$ >\"$1/cgroup.procs\"; shift; exec \"$@\"", "sh", directory.toString());
        }

        void remove() throws IOException, InterruptedException {
            for (int i = 0;
                    i < 100
                            && !Files.readString(directory.resolve("cgroup.procs"))
                                    .isEmpty();
                    i++) {
                Thread.sleep(20);
            }
            Files.delete(directory);
        }
    }
}
