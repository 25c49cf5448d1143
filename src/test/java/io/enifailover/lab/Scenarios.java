package io.enifailover.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.outage.Run;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Plays scenarios in one lab, and enters them into the report. */
final class Scenarios {
    /** Far more than any of these takes on an idle machine: whether it is fast is for the report to say. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Lab lab;
    private final LabReport report;

    Scenarios(Lab lab, LabReport report) {
        this.lab = lab;
        this.report = report;
    }

    interface Script {
        void play(Trial trial) throws Exception;
    }

    /** Begins a chapter of the report with one run. */
    void play(String name, String promise, Script script) throws Exception {
        report.begin(name, promise, List.of());
        play(script);
    }

    /** Adds a run to the latest chapter. */
    void play(Script script) throws Exception {
        lab.settle();
        var trial = new Trial(lab);
        Run run;
        try {
            script.play(trial);
        } finally {
            run = trial.end();
            report.add(run);
        }
        assertThat(run.failures()).as("what was promised and does not hold").isEmpty();
    }

    /** From one to the other, in one move, and no faster than EC2 lets it be. */
    void expectMove(Trial trial, String cause, Machine from, Machine to) throws Exception {
        trial.expectServedBy(to, PATIENCE);
        var move = trial.expectRecord(from, to, false);
        trial.expect(move.path("by").asText().startsWith(cause), "a " + cause + " leads to the move");
        trial.expectOutageOfAtLeast(Lab.FLOOR);
    }

    void order(Map<String, String> order) {
        try {
            lab.controller().order(order);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
