package io.enifailover.protocol;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an HTTP response head that a health check uses.
 *
 * @param status   three digits
 * @param servedBy instance id in the header {@value HealthCheck#SERVED_BY}, or null without one; other software puts
 *                 other names into this header
 */
public record HttpHead(String status, @Nullable String servedBy) {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?");
    private static final Pattern SERVED_BY =
            Pattern.compile("(?im)^" + HealthCheck.SERVED_BY + ":[ \\t]*(i-[0-9a-f]{8,17})[ \\t]*$");

    /**
     * Parses the head of an answer; empty if it is not HTTP.
     *
     * @param head up to its empty line
     */
    public static Optional<HttpHead> of(String head) {
        var status = STATUS.matcher(head.lines().findFirst().orElse(""));
        if (!status.matches()) {
            return Optional.empty();
        }
        var server = SERVED_BY.matcher(head);
        return Optional.of(new HttpHead(status.group(1), server.find() ? server.group(1) : null));
    }
}
