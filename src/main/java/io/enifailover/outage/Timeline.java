package io.enifailover.outage;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Draws the answers of a run over time: a lane for each role, and below them the phases of the move. Answers that do not name their
 * server share one lane.
 */
final class Timeline {
    private static final long SECOND = 1_000_000_000;
    private static final String ANOTHER = "another";
    private static final int LANE = 22;
    private static final int ROW = 19;

    private final Run run;
    private final Recording recording;
    private final Map<String, String> roles;
    private final int left;
    private final int width;
    private final Svg svg;
    private final long from;
    private final long to;
    private final long zero;

    private Timeline(Run run, Map<String, String> roles, int width, String kind) {
        this.run = run;
        this.roles = roles;
        this.width = width;
        recording = run.recording();
        left = width > 600 ? 84 : 72;
        svg = new Svg(
                width,
                "timeline " + kind,
                recording.named() ? "Who answered, over time" : "Which requests were answered, over time");
        var outages = recording.figures();
        var end = Math.max(recording.length().toNanos(), 1);
        zero = run.events().isEmpty()
                ? outages.isEmpty() ? 0 : outages.get(0).start()
                : recording.nanosAt(run.events().get(0).at());
        if (outages.size() == 1) {
            var outage = outages.get(0);
            var first = Math.min(outage.start(), Math.max(0, zero));
            var margin = Math.max(SECOND / 2, (outage.end() - first) / 5);
            from = Math.max(0, first - margin);
            to = Math.min(end, outage.end() + margin);
        } else {
            from = 0;
            to = end;
        }
    }

    /** Returns a wide picture, and a narrow one for phones. */
    static String draw(Run run, Map<String, String> roles) {
        return wide(run, roles).draw() + new Timeline(run, roles, 372, "narrow").draw();
    }

    /** Returns the wide picture for a separate file. */
    static String drawAlone(Run run, Map<String, String> roles) {
        var timeline = wide(run, roles);
        return timeline.svg.drawAlone(timeline.fill());
    }

    private static Timeline wide(Run run, Map<String, String> roles) {
        return new Timeline(run, roles, 1040, "wide");
    }

    private String draw() {
        return svg.draw(fill());
    }

    /** Draws everything, and returns the height. */
    private double fill() {
        double y = 6;
        if (to - from < recording.length().toNanos() * 0.7) {
            y = overview(y);
        }
        var events = eventsInView();
        var top = y;
        y += events.size() * 16 + 4;
        var bracket = y;
        y += 34;
        var lanes = y;
        var phases = run.phases().stream()
                .filter(phase ->
                        nanos(phase) <= to && nanos(phase) + phase.length().toNanos() >= from)
                .toList();
        var strangers = recording.named() && recording.answers().stream().anyMatch(answer -> servedBy(ANOTHER, answer));
        var count = recording.named() ? strangers ? 4 : 3 : 2;
        var below = lanes + count * LANE + 8;
        var bottom = below + phases.size() * ROW;
        axis(bottom);
        outages(bracket, bottom);
        if (recording.named()) {
            laneOf("primary", lanes);
            laneOf("standby", lanes + LANE);
            lane("failure", lanes + 2 * LANE, "failed", answer -> !answer.good());
        } else {
            lane(ANOTHER, lanes, "answered", Sample::good);
            lane("failure", lanes + LANE, "failed", answer -> !answer.good());
        }
        if (strangers) {
            laneOf(ANOTHER, lanes + 3 * LANE);
        }
        phases(phases, below);
        events(events, top, below - 8);
        lengths(bracket);
        return bottom + 36;
    }

    /** Draws the whole recording in one band, and marks the part that is drawn below. */
    private double overview(double y) {
        var length = (double) recording.length().toNanos();
        for (var span : recording.spans()) {
            var x = left + span.start() / length * (width - left);
            var server = span.server();
            svg.bar(
                    "span " + (server == null ? ANOTHER : roles.getOrDefault(server, ANOTHER)),
                    x,
                    y + 6,
                    Math.max(1.5, (span.end() - span.start()) / length * (width - left)),
                    7,
                    (server == null ? "" : server + ": ") + span.answers() + " answers");
        }
        var x1 = left + from / length * (width - left);
        var x2 = left + to / length * (width - left);
        svg.text("lane", "end", left - 10, y + 14, "all " + Labels.time(recording.length()));
        svg.line("lens", x1, y, x1, y + 19);
        svg.line("lens", x2, y, x2, y + 19);
        svg.line("lens", x1, y + 19, left, y + 31);
        svg.line("lens", x2, y + 19, width, y + 31);
        return y + 36;
    }

    private void laneOf(String role, double y) {
        lane(role, y, role, answer -> servedBy(role, answer));
    }

    private void lane(String style, double y, String name, Predicate<Sample> wanted) {
        svg.line("rule", left, y + LANE - 3, width, y + LANE - 3);
        svg.text("lane", "end", left - 10, y + 14, name);
        var failures = style.equals("failure");
        var xs = recording.answers().stream()
                .filter(wanted)
                .mapToLong(answer -> failures ? answer.sent() : answer.answered())
                .filter(time -> time >= from && time <= to)
                .sorted()
                .mapToDouble(this::x)
                .toArray();
        var apart = recording.every().toNanos() * (width - left) / (double) (to - from);
        // Strokes less than 4 apart would flicker on the screen, so they are drawn as one band.
        var thickness = apart < 4 ? Math.max(1, apart + 0.4) : 2.6;
        svg.strokes("answer " + style, xs, y + 2, LANE - 6, thickness);
    }

    private void outages(double y, double bottom) {
        for (var outage : recording.figures()) {
            var x1 = x(outage.start());
            var x2 = x(outage.end());
            var hint = length(outage) + ", ± " + Labels.time(outage.resolution()) + ", "
                    + Labels.requests(outage.failed());
            svg.bar("gone", x1, y + 20, x2 - x1, bottom - y - 20, hint);
            svg.line("bracket", x1, y + 20, x2, y + 20);
            svg.line("bracket", x1, y + 16, x1, y + 24);
            if (!outage.open()) {
                svg.line("bracket", x2, y + 16, x2, y + 24);
            }
        }
    }

    /** Drawn last, so that nothing covers them. */
    private void lengths(double y) {
        var outages = recording.figures();
        for (var outage : outages) {
            var middle = (x(outage.start()) + x(outage.end())) / 2;
            if (outages.size() == 1) {
                svg.within("figure", middle, y + 11, left, length(outage));
            } else if (width > 600) {
                svg.within("small", middle, y + 11, left, length(outage));
            }
        }
    }

    private static String length(Outage outage) {
        return (outage.open() ? "≥ " : "") + Labels.time(outage.length());
    }

    private void phases(List<Phase> phases, double top) {
        var y = top;
        for (var phase : phases) {
            var x1 = x(Math.max(from, nanos(phase)));
            var x2 = Math.max(
                    x1 + 2, x(Math.min(to, nanos(phase) + phase.length().toNanos())));
            var label = phase.name() + " " + Labels.time(phase.length());
            svg.bar("phase", x1, y + 5, x2 - x1, ROW - 8, label);
            if (x2 + 6 + Svg.breadth(label) < width) {
                svg.text("note", "start", x2 + 6, y + 14, label);
            } else if (x1 - 6 - Svg.breadth(label) > left) {
                svg.text("note", "end", x1 - 6, y + 14, label);
            } else {
                svg.text("inside", "start", x1 + 5, y + 14, label);
            }
            y += ROW;
        }
        if (!phases.isEmpty()) {
            svg.text("lane", "end", left - 10, top + 14, "controller");
        }
    }

    private List<TimelineEvent> eventsInView() {
        return run.events().stream()
                .filter(event -> recording.nanosAt(event.at()) >= from && recording.nanosAt(event.at()) <= to)
                .sorted(Comparator.comparing(TimelineEvent::at))
                .toList();
    }

    private void events(List<TimelineEvent> events, double top, double bottom) {
        var y = top + 12;
        for (var event : events) {
            var x = x(recording.nanosAt(event.at()));
            svg.line("event", x, y - 10, x, bottom);
            if (x + 6 + Svg.breadth(event.label()) < width) {
                svg.text("note", "start", x + 5, y, event.label());
            } else {
                svg.text("note", "end", Math.max(x - 5, Svg.breadth(event.label())), y, event.label());
            }
            y += 16;
        }
    }

    private void axis(double y) {
        svg.line("axis", left, y, width, y);
        var step = Axis.step((to - from) / (double) SECOND, width > 600 ? 10 : 5);
        var first = Math.ceil((from - zero) / (double) SECOND / step);
        for (var i = first; i * step <= (to - zero) / (double) SECOND; i++) {
            var x = x(zero + Math.round(i * step * SECOND));
            svg.line("axis", x, y, x, y + 5);
            svg.within("tick", x, y + 18, left, Axis.label(i * step, step));
        }
        svg.text(
                "tick",
                "end",
                width,
                y + 33,
                "seconds since "
                        + (run.events().isEmpty()
                                ? recording.figures().isEmpty() ? "the first probe" : "the last good answer"
                                : "“" + run.events().get(0).label() + "”"));
    }

    private boolean servedBy(String role, Sample answer) {
        return answer.good()
                && roles.getOrDefault(Objects.requireNonNull(answer.servedBy()), ANOTHER)
                        .equals(role);
    }

    private long nanos(Phase phase) {
        return recording.nanosAt(phase.start());
    }

    private double x(long nanos) {
        return left + (nanos - from) / (double) (to - from) * (width - left);
    }
}
