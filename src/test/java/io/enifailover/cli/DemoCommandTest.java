package io.enifailover.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.contentOf;

import io.enifailover.cli.DemoCommand.Printing;
import io.enifailover.demo.OperatorCommand.Account;
import io.enifailover.demo.OperatorCommand.Printed;
import io.enifailover.outage.Recording;
import io.enifailover.outage.Sample;
import io.enifailover.outage.TimelineEvent;
import io.enifailover.protocol.HealthCheck.Statuses;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.MalformedURLException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoCommandTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:01:05Z");

    private final Operator operator = new Operator();

    @Test
    void servesItsPageUntilSomebodyEndsIt() {
        operator.then(() -> {
            var url = operator.printed().replaceAll(".*(http:\\S+).*\\R", "$1");
            assertThat(contentOf(url(url))).contains("<title>eni-failover demonstration");
        });

        assertThat(operator.gives("demo", "--speed", "100")).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--speed | 0 | speed must be 1 to 100, got 0",
                "--speed | 101 | speed must be 1 to 100, got 101",
                "--run | x | run must be a number and steps, such as 7,5.2-crash-primary,30-heal, at most 4000 characters",
                "--port | -1 | port must be 0 to 65535, got -1",
            })
    void refusesWhatCannotBe(String option, String value, String message) {
        assertThat(operator.gives("demo", option, value)).isEqualTo(2);

        assertThat(operator.complained()).isEqualTo("failover: " + message + "; see failover demo --help\n");
    }

    @Test
    void saysThatItsPortIsTaken() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(operator.gives("demo", "--port", String.valueOf(other.getLocalPort())))
                    .isEqualTo(1);

            assertThat(operator.complained())
                    .isEqualTo("failover: port %d is taken: name another one with --port\n"
                            .formatted(other.getLocalPort()));
        }
    }

    /** Another encoding, other line ends, and no command of Unix: a stand-in for Windows. */
    @Timeout(60)
    @Test
    void servesItsPageWithTheEncodingsAndLineEndsOfWindows() throws Exception {
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dfile.encoding=windows-1252",
                "-Dstdout.encoding=IBM437",
                "-Dline.separator=\r\n",
                "-cp",
                System.getProperty("java.class.path"),
                Failover.class.getName(),
                "demo",
                "--speed",
                "100");
        builder.environment().put("PATH", "/nonexistent");
        var demo = builder.redirectErrorStream(true).start();
        try {
            var line = demo.inputReader().readLine();
            assertThat(line).matches("Open http://127.0.0.1:\\d+/ in a browser\\. Ctrl-C ends the demonstration\\.");
            var page = URI.create(line.split(" ", -1)[1]);

            assertThat(contentOf(page.resolve("report.html").toURL(), UTF_8)).contains("✓ held");
            try (var events = page.resolve("events").toURL().openStream()) {
                assertThat(new BufferedReader(new InputStreamReader(events, UTF_8))
                                .lines()
                                .filter(frame -> frame.contains("EniFailover in simulation"))
                                .findFirst())
                        .hasValueSatisfying(frame -> assertThat(frame).contains("EniFailover in simulation · eni-"));
            }
        } finally {
            demo.destroyForcibly().waitFor();
        }
    }

    /** What the demonstration shows is what the real commands print. */
    @Test
    void printsWhatTheCommandsPrint() {
        var account = new Account() {
            @Override
            public Instant now() {
                return NOW;
            }

            @Override
            public String invoke(String alias, String payload) {
                if (payload.contains("switchover")) {
                    throw new IllegalStateException("it is broken");
                }
                return "{\"history\": []}";
            }

            @Override
            public List<Printed> log() {
                return List.of(
                        new Printed(NOW.minus(Duration.ofHours(2)), "long ago"), new Printed(NOW, "INFO Move - now"));
            }
        };

        assertThat(new Printing().run(account, "logs"))
                .isEqualTo("\u001b[2m2026-01-01 00:01:05\u001b[0m  INFO Move - now\n");
        assertThat(new Printing().run(account, "history")).isEqualTo("No moves yet.\n");
        assertThat(new Printing().run(account, "drill")).startsWith("failover: ");
    }

    @Test
    void drawsTheRunAsAReport() {
        var report = new Printing()
                .report(
                        answered("i-a", null, "i-b"),
                        List.of(new TimelineEvent(NOW.plusMillis(20), "Cut the power (primary)")),
                        Map.of("i-a", "primary", "i-b", "standby"),
                        "{\"history\": []}");

        assertThat(report)
                .contains("<svg", "Cut the power (primary)", "100 ms", "1 failed request")
                .doesNotContain("No server answers");
    }

    @Test
    void saysThatNoServerAnswersAtTheEnd() {
        assertThat(new Printing()
                        .report(answered("i-a", null), List.of(), Map.of("i-a", "primary"), "{\"history\": []}"))
                .contains("No server answers at the end of the run.");
    }

    /** Who answered each request, or null for no answer. */
    private static Recording answered(@Nullable String... servers) {
        var every = Duration.ofMillis(50);
        var samples = new ArrayList<Sample>();
        for (var server : servers) {
            var sent = every.toNanos() * samples.size();
            samples.add(new Sample(sent, sent + 1, server == null ? "timeout" : "200", Statuses.DEFAULT, server));
        }
        return new Recording(NOW, every, samples);
    }

    private static URL url(String text) {
        try {
            return URI.create(text).toURL();
        } catch (MalformedURLException e) {
            throw new AssertionError(text, e);
        }
    }
}
