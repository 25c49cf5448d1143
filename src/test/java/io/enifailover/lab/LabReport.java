package io.enifailover.lab;

import io.enifailover.emulator.CdkCli;
import io.enifailover.outage.Comparison;
import io.enifailover.outage.Comparison.Design;
import io.enifailover.outage.Goal;
import io.enifailover.outage.Outage;
import io.enifailover.outage.RatedScenario;
import io.enifailover.outage.Run;
import io.enifailover.outage.Scenario;
import io.enifailover.outage.SummaryReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The report of one run of the lab, as it grows. */
final class LabReport {
    private static final String LEAD =
            "Two machines that boot the synthesized user data, the packaged function, and a client that opens a new"
                    + " connection every 20 ms. EC2 is emulated and takes %.1f s to detach the interface and %.1f s to attach it:"
                    + " no move can be faster than that.";

    /** The scenario that other designs are compared in. */
    static final String CRASH = "machine crashes";

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
    void comparison(Design... others) {
        var designs = new ArrayList<Design>();
        chapters.stream()
                .filter(chapter -> chapter.name().equals(CRASH))
                .forEach(chapter -> designs.add(new Design(
                        "eni-failover",
                        "default settings: a probe every second, three failures",
                        chapter.runs().stream()
                                .flatMap(run -> run.recording().moves().stream())
                                .map(Outage::length)
                                .toList())));
        Stream.of(others).filter(it -> !it.outages().isEmpty()).forEach(designs::add);
        comparisons.add(new Comparison(CRASH, "The same machines, the same latencies, the same client.", designs));
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

    private static double seconds(java.time.Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
