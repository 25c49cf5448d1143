package io.enifailover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.cli.Session.Waits;
import io.enifailover.cli.Terminal.Size;
import io.enifailover.demo.Demo;
import io.enifailover.demo.DemoRun;
import io.enifailover.demo.DemoServer;
import io.enifailover.demo.DemoTerminal;
import io.enifailover.demo.OperatorCommand;
import io.enifailover.outage.OutageReport;
import io.enifailover.outage.Phase;
import io.enifailover.outage.Recording;
import io.enifailover.outage.Run;
import io.enifailover.outage.Scenario;
import io.enifailover.outage.TimelineEvent;
import io.enifailover.protocol.MoveEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        header = "Watch a simulated pair fail over, and break it yourself; needs no AWS account.",
        description = "The function's own code runs on a simulated EC2, in real time or faster. The page is served on"
                + " this machine's loopback interface only.",
        footer = {
            "",
            "Examples:",
            "  failover demo                                     then open the address that it prints",
            "  failover demo --terminal                          in this terminal",
            "  failover demo --run 7,5-crash-primary,30-heal     the same run again"
        })
final class DemoCommand implements Callable<Integer> {
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port of the page; by default any that is free.")
    private int port;

    @Option(
            names = "--speed",
            paramLabel = "TIMES",
            defaultValue = "1",
            description = "How many times faster than real time, 1 to 100.")
    private int speed = 1;

    @Option(
            names = "--run",
            paramLabel = "RUN",
            defaultValue = "1",
            description = "Repeats a run: a number for what is random, and steps.")
    private String run = "1";

    @Option(names = "--terminal", description = "Stay in the terminal, with the same keys; q ends it.")
    private boolean inTerminal;

    DemoCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        var standardOutput = System.out;
        try (var demo = new Demo(DemoRun.of(run), speed, new Printing())) {
            // Nothing has been logged yet, so the level can still be set.
            System.setProperty(Failover.LOG_LEVEL, "info");
            System.setOut(new PrintStream(new LineSplitter(demo::printed), true, StandardCharsets.UTF_8));
            if (inTerminal) {
                inTerminal(demo);
            } else {
                inBrowser(demo);
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } finally {
            System.setOut(standardOutput);
        }
        return 0;
    }

    private static void inTerminal(Demo demo) {
        try {
            new DemoTerminal(demo).run();
        } catch (IOException | IllegalStateException e) {
            throw CommandFailed.failed("not a terminal: run it without --terminal, and open the page");
        }
    }

    private void inBrowser(Demo demo) throws IOException {
        try (var server = new DemoServer(demo, port)) {
            session.print("Open " + server.url() + " in a browser. Ctrl-C ends the demonstration.");
            session.terminal().out().flush();
            while (session.waits().pause().test(PAUSE)) {
                // The server's threads do the work.
            }
        } catch (BindException e) {
            throw CommandFailed.failed("port %d is taken: name another one with --port".formatted(port));
        }
    }

    /** Runs the real commands, and returns what they print in a terminal that has colours. */
    static final class Printing implements OperatorCommand {
        @Override
        public String run(Account account, String... words) {
            var coloured =
                    Stream.concat(Stream.of(words), Stream.of("--color=always")).toArray(String[]::new);
            var printed = new ByteArrayOutputStream();
            try (var stream = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
                var terminal = new Terminal(stream, stream, false, false, () -> new Size(24, 80), question -> "");
                var unused = Failover.commandLine(
                                terminal, options -> new DemoCloud(account), new Waits(account::now, duration -> false))
                        .execute(coloured);
            }
            return printed.toString(StandardCharsets.UTF_8);
        }

        @Override
        public String report(
                Recording recording, List<TimelineEvent> events, Map<String, String> roles, String history) {
            var phases = new ArrayList<Phase>();
            // Newest first.
            Json.object(history)
                    .ifPresent(answer -> answer.path("history").forEach(move -> phases.addAll(0, phases(move))));
            return new OutageReport(
                            "Demonstration",
                            "A simulated pair, which runs the function's own code.",
                            roles,
                            Map.of(
                                    "client",
                                    "a new connection every "
                                            + recording.every().toMillis() + " ms"),
                            new Scenario(
                                    "demonstration",
                                    "The client is served at the end.",
                                    List.of(new Run(recording, phases, events, broken(recording)))))
                    .html();
        }

        private static List<String> broken(Recording recording) {
            var answers = recording.answers();
            return answers.isEmpty() || answers.get(answers.size() - 1).good()
                    ? List.of()
                    : List.of("No server answers at the end of the run.");
        }

        private static List<Phase> phases(JsonNode move) {
            return DrillReport.phases(Json.as(MoveEntry.class, move));
        }
    }

    /** Passes on the function's log, which Lambda would store, line by line. */
    private static final class LineSplitter extends OutputStream {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private final Consumer<String> lines;

        LineSplitter(Consumer<String> lines) {
            this.lines = lines;
        }

        @Override
        public synchronized void write(int b) {
            if (b != '\n') {
                line.write(b);
                return;
            }
            lines.accept(line.toString(StandardCharsets.UTF_8));
            line.reset();
        }
    }
}
