package io.enifailover.outage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.enifailover.protocol.HealthCheck.Statuses;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;

/** {@code ProberProcess URL every patience}, in milliseconds: prints a line for each sample until standard input ends. */
final class ProberProcess {
    private ProberProcess() {}

    public static void main(String[] arguments) throws IOException {
        var pace = new Pace(millis(arguments[1]), millis(arguments[2]));
        try (var probing = start(URI.create(arguments[0]), pace)) {
            System.in.transferTo(OutputStream.nullOutputStream());
            probing.stop();
        }
    }

    private static ProbeSeries start(URI url, Pace pace) {
        var out = new PrintStream(System.out, true, US_ASCII);
        // No sample is printed before the first line.
        synchronized (out) {
            var probing = Prober.start(url, Statuses.DEFAULT, pace, sample -> {
                synchronized (out) {
                    out.println(SampleLines.of(sample));
                }
            });
            out.println(SampleLines.first(probing.soFar().began(), pace.every()));
            return probing;
        }
    }

    private static Duration millis(String argument) {
        return Duration.ofMillis(Long.parseLong(argument));
    }
}
