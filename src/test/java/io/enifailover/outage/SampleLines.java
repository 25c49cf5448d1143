package io.enifailover.outage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.enifailover.protocol.HealthCheck.Statuses;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;

/**
 * How answers travel from one process to another: {@code sent answered result server}, times in nanoseconds, after a
 * first line with the wall clock at zero and the interval.
 */
final class SampleLines {
    /** No encoded name looks like that. */
    private static final String NOBODY = "?";

    private SampleLines() {}

    static String first(Instant began, Duration every) {
        return began + " " + every;
    }

    static String of(Sample answer) {
        var server = answer.servedBy() == null ? NOBODY : URLEncoder.encode(answer.servedBy(), UTF_8);
        return answer.sent() + " " + answer.answered() + " " + answer.result() + " " + server;
    }

    static Sample answer(String line) {
        var words = line.split(" ", -1);
        if (words.length != 4) {
            throw new IllegalArgumentException("a line must have four words, got " + line);
        }
        return new Sample(
                Long.parseLong(words[0]),
                Long.parseLong(words[1]),
                words[2],
                Statuses.DEFAULT,
                words[3].equals(NOBODY) ? null : URLDecoder.decode(words[3], UTF_8));
    }

    static Instant began(String firstLine) {
        return Instant.parse(firstLine.split(" ", -1)[0]);
    }
}
