package io.enifailover.lab;

import io.enifailover.emulator.CdkCli;
import io.enifailover.outage.Comparison;
import io.enifailover.outage.Comparison.Design;
import io.enifailover.outage.Comparison.Part;
import io.enifailover.outage.Goal;
import io.enifailover.outage.Outage;
import io.enifailover.outage.Phase;
import io.enifailover.outage.RatedScenario;
import io.enifailover.outage.Run;
import io.enifailover.outage.Scenario;
import io.enifailover.outage.SummaryReport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The report of one run of the lab, as it grows. */
final class LabReport {
    private static final String LEAD =
            "Two machines that boot the synthesized user data, the packaged function, and a client that opens a new"
                    + " connection every 20 ms. EC2 is emulated and takes %.1f s to detach the interface and %.1f s to attach it:"
                    + " no move can be faster than that.";

    /** The scenario that other designs are compared in. */
    static final String CRASH = "machine crashes";

    static final String FAST_CRASH = CRASH + ", a probe every 0.25 s";
    private static final Set<String> EC2 = Set.of("detach", "force", "stop", "attach");
    private static final Set<String> DECISION = Set.of("decide", "observe");

    private record Chapter(String name, String promise, List<Goal> goals, List<Run> runs) {}

    private static @Nullable LabReport ofThisRun;

    private final List<Chapter> chapters = new ArrayList<>();
    private final List<Comparison> comparisons = new ArrayList<>();
    private final Map<String, String> roles = new LinkedHashMap<>();
    private final Map<String, String> facts = new LinkedHashMap<>();

    private LabReport(Lab lab) {
        facts.put(
                "EC2 takes", "%.1f s to detach, %.1f s to attach".formatted(seconds(Lab.DETACH), seconds(Lab.ATTACH)));
        facts.put(
                "machines",
                lab.primary()
                        .run("sh", "-c", ". /etc/os-release; echo $PRETTY_NAME")
                        .strip());
        facts.put(
                "systemd",
                lab.primary().run("systemctl", "--version").lines().findFirst().orElseThrow());
        facts.put(
                "curl",
                lab.primary().run("curl", "--version").lines().findFirst().orElseThrow());
        facts.put("moto", lab.emulator().fact("moto"));
        facts.put("CDK CLI", CdkCli.VERSION);
        facts.put("Java", System.getProperty("java.version"));
        facts.put("kernel", Shell.run("uname", "-r").strip());
        facts.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
    }

    /** Returns the one report of all test classes, which knows this lab from now on. */
    static LabReport of(Lab lab) {
        if (ofThisRun == null) {
            ofThisRun = new LabReport(lab);
        }
        ofThisRun.knows(lab);
        ofThisRun.facts.put(
                lab.application().unit(),
                lab.primary().run("sh", "-c", lab.application().version()).strip());
        return ofThisRun;
    }

    /** Adds a figure that is not a time. */
    void fact(String name, String figure) {
        System.out.printf(Locale.ROOT, "%-34s %s%n", "", figure);
        facts.put(name, figure);
    }

    /** Learns who is who, after a deployment. */
    void knows(Lab lab) {
        roles.put(lab.stack().primary(), "primary");
        roles.put(lab.stack().standby(), "standby");
    }

    void begin(String name, String promise, List<Goal> goals) {
        System.out.printf(Locale.ROOT, "%n%-34s %s%n", name, promise);
        chapters.add(new Chapter(name, promise, goals, new ArrayList<>()));
    }

    void add(Run run) {
        chapters.get(chapters.size() - 1).runs().add(run);
        var outages = run.recording().figures();
        System.out.printf(
                Locale.ROOT,
                "%-34s outage %s, %d of %d requests failed%s%n",
                "",
                outages.isEmpty()
                        ? "none"
                        : String.join(
                                ", ",
                                outages.stream()
                                        .map(outage -> "%.2f s".formatted(seconds(outage.length())))
                                        .toList()),
                run.recording().failed(),
                run.recording().answers().size(),
                run.failures().isEmpty() ? "" : "  BROKEN: " + String.join("; ", run.failures()));
    }

    /** Lays other designs beside our own crashes. */
    void comparison(List<Design> others) {
        var designs = new ArrayList<Design>();
        ours(CRASH, "eni-failover", "default settings: a probe every half second, three failures")
                .ifPresent(designs::add);
        ours(FAST_CRASH, "eni-failover, fastest", "a probe every quarter of a second")
                .ifPresent(designs::add);
        others.stream().filter(it -> !it.outages().isEmpty()).forEach(designs::add);
        comparisons.add(new Comparison(CRASH, "The same machines, the same latencies, the same client.", designs));
    }

    private Optional<Design> ours(String name, String design, String description) {
        return chapters.stream()
                .filter(chapter -> chapter.name().equals(name))
                .findFirst()
                .map(chapter -> new Design(
                        design,
                        description,
                        chapter.runs().stream()
                                .flatMap(run -> run.recording().moves().stream())
                                .map(Outage::length)
                                .toList(),
                        parts(chapter)));
    }

    /** What only the client sees, and then the phases in the record until the client is served. */
    private static List<Part> parts(Chapter chapter) {
        var typical = new Scenario(chapter.name(), chapter.promise(), chapter.runs()).typical();
        if (typical == null
                || typical.recording().moves().isEmpty()
                || typical.phases().isEmpty()) {
            return List.of();
        }
        var recording = typical.recording();
        var outage = recording.moves().get(0);
        var lost = recording.wallClock(outage.start());
        var served = recording.wallClock(outage.end());
        var parts = new ArrayList<Part>();
        parts.add(new Part(
                "unnoticed", Duration.between(lost, typical.phases().get(0).start()), false));
        for (var phase : typical.phases()) {
            var left = Duration.between(phase.start(), served);
            parts.add(new Part(
                    phase.name(),
                    left.compareTo(phase.length()) < 0 ? left : phase.length(),
                    EC2.contains(phase.name())));
        }
        return parts.stream()
                .filter(part -> part.length().compareTo(Duration.ZERO) > 0)
                .toList();
    }

    /** Adds how often a disturbance of the latest chapter moved the interface. */
    void falseFailovers(int moves, Duration length) {
        fact(
                chapters.get(chapters.size() - 1).name(),
                "%d false failovers in %d s, %.0f per hour"
                        .formatted(moves, length.toSeconds(), 3600.0 * moves / length.toSeconds()));
    }

    /** How long the controller takes from a report to its first call that changes something, in the latest chapter. */
    void decision() {
        var chapter = chapters.get(chapters.size() - 1);
        var lengths = chapter.runs().stream()
                .map(run -> run.phases().stream()
                        .filter(phase -> DECISION.contains(phase.name()))
                        .map(Phase::length)
                        .reduce(Duration.ZERO, Duration::plus))
                .sorted()
                .toList();
        fact(
                chapter.name() + ", from the report to the detach call",
                "%d to %d ms"
                        .formatted(
                                lengths.get(0).toMillis(),
                                lengths.get(lengths.size() - 1).toMillis()));
    }

    /** Writes the report, unless nothing was measured: a repeated test must not replace the report of all by an empty one. */
    void write() throws IOException {
        if (chapters.isEmpty()) {
            return;
        }
        var scenarios = chapters.stream()
                .map(chapter -> new RatedScenario(
                        new Scenario(chapter.name(), chapter.promise(), chapter.runs()), Lab.FLOOR, chapter.goals()))
                .toList();
        var report = new SummaryReport(
                "The lab: a failover, measured",
                LEAD.formatted(seconds(Lab.DETACH), seconds(Lab.ATTACH)),
                roles,
                facts,
                scenarios,
                comparisons);
        report.write(Lab.DIRECTORY.resolve("report.html"));
        System.out.println();
        System.out.println(report.table());
        System.out.println("Report: " + Lab.DIRECTORY.resolve("report.html").toAbsolutePath());
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
