package io.enifailover.outage;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The answers to a series of probes.
 *
 * @param began   the wall clock at the recording's zero, so that it can be compared with the times of other machines
 * @param every   the requested interval
 * @param answers one for each probe, in the order in which the results became known
 */
public record Recording(Instant began, Duration every, List<Sample> answers) {
    public Recording {
        if (every.isZero() || every.isNegative()) {
            throw new IllegalArgumentException("every must be positive, got " + every);
        }
        answers = answers.stream()
                .sorted(Comparator.comparingLong(Sample::answered))
                .toList();
    }

    public Instant wallClock(long nanos) {
        return began.plusNanos(nanos);
    }

    public long nanosAt(Instant instant) {
        return Duration.between(began, instant).toNanos();
    }

    public Duration length() {
        return Duration.ofNanos(
                answers.isEmpty() ? 0 : answers.get(answers.size() - 1).answered());
    }

    /** The actual number of probes per second: a busy machine sends fewer than requested. */
    public double rate() {
        var sent = answers.stream().mapToLong(Sample::sent).summaryStatistics();
        return sent.getCount() < 2 ? 0 : (sent.getCount() - 1) * 1e9 / (sent.getMax() - sent.getMin());
    }

    public int failed() {
        return (int) answers.stream().filter(answer -> !answer.good()).count();
    }

    /** The longest time without a good answer, the recording's start and end included. */
    public Duration longestGap() {
        long last = 0;
        long longest = 0;
        for (var answer : answers) {
            if (answer.good()) {
                longest = Math.max(longest, answer.answered() - last);
                last = answer.answered();
            }
        }
        return Duration.ofNanos(Math.max(longest, length().toNanos() - last));
    }

    /**
     * Whether every good answer names its server. If one does not, no names are used: only interruptions count as
     * outages, and only the attachment of the interface shows which server served.
     */
    public boolean named() {
        return answers.stream().filter(Sample::good).allMatch(answer -> answer.servedBy() != null);
    }

    /** Returns this recording without the failures before its first good answer. */
    public Recording fromFirstGoodAnswer() {
        var first =
                answers.stream().filter(Sample::good).mapToLong(Sample::sent).min();
        return new Recording(
                began,
                every,
                answers.stream()
                        .filter(answer -> answer.good() || first.isEmpty() || answer.sent() > first.getAsLong())
                        .toList());
    }

    /** Each interruption and each change of server, in order. */
    public List<Outage> outages() {
        var outages = new ArrayList<Outage>();
        var named = named();
        var good = timely();
        var failures = answers.stream()
                .filter(answer -> !answer.good())
                .sorted(Comparator.comparingLong(Sample::sent))
                .toList();
        var next = 0;
        Sample before = null;
        for (var after : good) {
            var first = next;
            while (next < failures.size() && failures.get(next).sent() <= after.sent()) {
                next++;
            }
            var changed = named && before != null && !Objects.equals(before.servedBy(), after.servedBy());
            if (changed || next > first) {
                outages.add(new Outage(
                        named && before != null ? before.servedBy() : null,
                        named ? after.servedBy() : null,
                        before == null ? 0 : before.answered(),
                        after.answered(),
                        next - first,
                        longestPause(before == null ? 0 : before.sent(), after.sent()),
                        false));
            }
            before = after;
        }
        if (next < failures.size()) {
            outages.add(new Outage(
                    named && before != null ? before.servedBy() : null,
                    null,
                    before == null ? 0 : before.answered(),
                    length().toNanos(),
                    failures.size() - next,
                    longestPause(before == null ? 0 : before.sent(), Long.MAX_VALUE),
                    true));
        }
        return List.copyOf(outages);
    }

    public List<Outage> moves() {
        return outages().stream().filter(Outage::move).toList();
    }

    /**
     * The outages by which the recording is judged: its moves, and one that did not end. Without either, the longest
     * interruption; none if one server answered every request.
     */
    public List<Outage> figures() {
        var outages = outages();
        var decisive = outages.stream()
                .filter(outage -> outage.move() || outage.open())
                .toList();
        return decisive.isEmpty()
                ? outages.stream()
                        .max(Comparator.comparing(Outage::length))
                        .map(List::of)
                        .orElse(List.of())
                : decisive;
    }

    /**
     * The longest interruption after which the service answered again. Without any, an outage of zero length, whose
     * resolution is the longest time between two good answers.
     */
    public Outage longestInterruption() {
        return outages().stream()
                .filter(outage -> !outage.open())
                .max(Comparator.comparing(Outage::length))
                .orElseGet(() -> {
                    var good = timely();
                    var longest = every.toNanos();
                    for (var i = 1; i < good.size(); i++) {
                        longest = Math.max(
                                longest,
                                good.get(i).answered() - good.get(i - 1).answered());
                    }
                    return new Outage(null, null, 0, 0, 0, Duration.ofNanos(longest), false);
                });
    }

    /** Which server served when, without interruption. */
    public List<Span> spans() {
        var named = named();
        var breaks = outages().stream().map(Outage::start).collect(Collectors.toSet());
        var spans = new ArrayList<Span>();
        for (var answer : timely()) {
            var last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
            if (last == null || breaks.contains(last.end())) {
                spans.add(new Span(named ? answer.servedBy() : null, answer.answered(), answer.answered(), 1));
            } else {
                spans.set(
                        spans.size() - 1, new Span(last.server(), last.start(), answer.answered(), last.answers() + 1));
            }
        }
        return List.copyOf(spans);
    }

    /** Good answers of an earlier holder that came after the first one of the next holder. */
    public int late() {
        return (int) answers.stream().filter(Sample::good).count() - timely().size();
    }

    private Duration longestPause(long from, long to) {
        var sent = answers.stream()
                .mapToLong(Sample::sent)
                .filter(time -> time >= from && time <= to)
                .sorted()
                .toArray();
        var longest = every.toNanos();
        for (var i = 1; i < sent.length; i++) {
            longest = Math.max(longest, sent[i] - sent[i - 1]);
        }
        return Duration.ofNanos(longest);
    }

    /** Leaves out late answers of an earlier holder: they do not show which server holds the interface now. */
    private List<Sample> timely() {
        if (!named()) {
            return answers.stream().filter(Sample::good).toList();
        }
        var timely = new ArrayList<Sample>();
        Sample change = null;
        for (var answer : answers) {
            if (!answer.good()) {
                continue;
            }
            var last = timely.isEmpty() ? null : timely.get(timely.size() - 1);
            if (last != null && !Objects.equals(last.servedBy(), answer.servedBy())) {
                if (change != null && answer.sent() <= change.answered()) {
                    continue;
                }
                change = answer;
            }
            timely.add(answer);
        }
        return timely;
    }
}
