package io.enifailover.outage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Reports of recordings that nobody measured, to look at: {@code main} writes them to a folder. */
final class ExampleReport {
    private static final String A = "i-0a11";
    private static final String B = "i-0b22";

    private ExampleReport() {}

    public static void main(String[] arguments) throws IOException {
        lab().write(Path.of(arguments[0], "lab.html"));
        drill().write(Path.of(arguments[0], "drill.html"));
        System.out.println(lab().table());
    }

    static SummaryReport lab() {
        var random = new Random(7);
        var crash = new ArrayList<Run>();
        var order = new ArrayList<Run>();
        for (var i = 0; i < 10; i++) {
            crash.add(crash(8200 + random.nextInt(1700), 250, List.of()));
            order.add(order(4300 + random.nextInt(420), 150));
        }
        var tape = new Tape().served(A, 150);
        for (var i = 0; i < 10; i++) {
            tape.failed("refused", 200 + random.nextInt(40)).served(i % 2 == 0 ? B : A, 200);
        }
        return new SummaryReport(
                "How long clients wait when a server fails",
                "Two real machines, one floating interface, and a client that asks every 20 ms. These recordings are invented.",
                roles(),
                facts(),
                List.of(
                        rated(
                                "Machine powered off",
                                "The standby serves within the floor and 5 s at the median, 7 s at most.",
                                Duration.ofSeconds(4),
                                List.of(Goal.median(Duration.ofSeconds(9)), Goal.max(Duration.ofSeconds(11))),
                                crash),
                        rated(
                                "Planned switchover",
                                "Clients wait for EC2, and hardly for us: the floor and 0.7 s at the median.",
                                Duration.ofSeconds(4),
                                List.of(Goal.median(Duration.ofMillis(4700))),
                                order),
                        rated(
                                "nginx killed, restarted by systemd",
                                "Nothing moves.",
                                null,
                                List.of(),
                                List.of(new Run(
                                        new Tape()
                                                .served(A, 200)
                                                .failed("refused", 7)
                                                .served(A, 200)
                                                .recording(),
                                        List.of(),
                                        List.of(new TimelineEvent(Tape.BEGAN.plusMillis(3995), "nginx killed")),
                                        List.of()))),
                        rated(
                                "Network of the standby cut",
                                "The interface stays where it is and every request is answered.",
                                null,
                                List.of(),
                                List.of(new Run(
                                        new Tape().served(A, 900).recording(),
                                        List.of(),
                                        List.of(
                                                new TimelineEvent(Tape.BEGAN.plusMillis(4000), "link cut"),
                                                new TimelineEvent(Tape.BEGAN.plusMillis(14000), "link restored")),
                                        List.of()))),
                        rated(
                                "Ten failovers in a row",
                                "Each is as quick as the first.",
                                Duration.ofSeconds(4),
                                List.of(Goal.max(Duration.ofSeconds(5))),
                                List.of(new Run(tape.recording(), List.of(), List.of(), List.of()))),
                        rated(
                                "Both down, then the primary returns",
                                "The pair serves again as soon as one server is healthy.",
                                Duration.ofSeconds(4),
                                List.of(),
                                List.of(new Run(
                                        new Tape()
                                                .served(A, 250)
                                                .failed("timeout", 400)
                                                .recording(),
                                        List.of(),
                                        List.of(new TimelineEvent(
                                                Tape.BEGAN.plusSeconds(5), "both machines powered off")),
                                        List.of("nobody served 8 s after the primary had come back"))))),
                List.of(new Comparison(
                        "The same crash, three designs",
                        "Machine powered off, ten times each, on the same machines with the same latencies.",
                        List.of(
                                new Comparison.Design(
                                        "eni-failover",
                                        "Default settings.",
                                        crash.stream()
                                                .map(run -> run.recording()
                                                        .figures()
                                                        .get(0)
                                                        .length())
                                                .toList(),
                                        List.of(
                                                part("detect", 1500, false),
                                                part("detach", 2500, true),
                                                part("attach", 1500, true),
                                                part("serve", 200, false))),
                                new Comparison.Design(
                                        "keepalived, Elastic IP",
                                        "keepalived 2.2.7, unicast VRRP, associate-address.",
                                        List.of(Duration.ofMillis(11200), Duration.ofMillis(12800)),
                                        List.of(part("detect", 3600, false), part("Elastic IP", 8400, true))),
                                new Comparison.Design(
                                        "keepalived, ENI",
                                        "keepalived 2.2.7, the AWS CLI's own waiters.",
                                        List.of(Duration.ofMillis(31000), Duration.ofMillis(38500)),
                                        List.of())))));
    }

    static OutageReport drill() {
        return new OutageReport(
                "A drill on stack web-production",
                "Switchover from primary to standby, ordered by alice.",
                roles(),
                facts(),
                new Scenario("Switchover", "The standby serves.", List.of(order(3890, 150))));
    }

    private static Comparison.Part part(String name, int millis, boolean ofEc2) {
        return new Comparison.Part(name, Duration.ofMillis(millis), ofEc2);
    }

    private static RatedScenario rated(
            String name, String promise, @Nullable Duration floor, List<Goal> goals, List<Run> runs) {
        return new RatedScenario(new Scenario(name, promise, runs), floor, goals);
    }

    private static Run crash(int millis, int before, List<String> failures) {
        var off = before * 20L;
        return new Run(
                new Tape()
                        .served(A, before)
                        .failed("timeout", millis / 20)
                        .served(B, 600)
                        .recording(),
                List.of(
                        phase("detect", off, millis - 4900),
                        phase("decide", off + millis - 4900, 210),
                        phase("detach", off + millis - 4690, 2610),
                        phase("attach", off + millis - 2080, 1720),
                        phase("serve", off + millis - 360, 340)),
                List.of(
                        new TimelineEvent(Tape.BEGAN.plusMillis(off), "machine powered off"),
                        new TimelineEvent(Tape.BEGAN.plusMillis(off + millis - 4900), "watch reports")),
                failures);
    }

    private static Run order(int millis, int before) {
        var at = before * 20L;
        return new Run(
                new Tape()
                        .served(A, before)
                        .failed("timeout", millis / 20)
                        .served(B, 300)
                        .recording(),
                List.of(
                        phase("decide", at - 160, 150),
                        phase("detach", at - 10, millis - 1900),
                        phase("attach", at + millis - 1910, 1600),
                        phase("serve", at + millis - 310, 300)),
                List.of(new TimelineEvent(Tape.BEGAN.plusMillis(at - 170), "order given")),
                List.of());
    }

    private static Phase phase(String name, long start, long millis) {
        return new Phase(name, Tape.BEGAN.plusMillis(start), Duration.ofMillis(millis));
    }

    private static Map<String, String> roles() {
        var roles = new LinkedHashMap<String, String>();
        roles.put(A, "primary");
        roles.put(B, "standby");
        return roles;
    }

    private static Map<String, String> facts() {
        var facts = new LinkedHashMap<String, String>();
        facts.put("Injected latencies", "detach 2.5 s, attach 1.5 s: a floor of 4 s");
        facts.put("Guests", "Debian 12, systemd 252, nginx 1.22");
        facts.put("Client", "a new connection every 20 ms, patience 1 s");
        return facts;
    }
}
