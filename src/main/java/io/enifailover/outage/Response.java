package io.enifailover.outage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.enifailover.protocol.HttpHead;
import java.io.IOException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The outcome of a probe, with parts of a {@link Sample}. */
record Response(String result, @Nullable String servedBy) {
    static final Response CONNECTED = new Response(Sample.CONNECTED, null);

    /** How much of a head is read, in bytes. */
    static final int LONGEST_HEAD = 8192;

    /**
     * Parses what has arrived of an HTTP answer; returns null until its head is complete.
     *
     * @param length bytes that have arrived
     * @param ended  whether none will follow
     */
    static @Nullable Response of(byte[] bytes, int length, boolean ended) {
        var text = new String(bytes, 0, length, ISO_8859_1);
        var end = text.indexOf("\r\n\r\n");
        if (end >= 0) {
            return answer(text.substring(0, end));
        }
        return ended || length == bytes.length ? new Response(length == 0 ? "closed" : "garbled", null) : null;
    }

    /** Returns a response whose result is the kind of failure, in one word. */
    static Response failed(IOException failure) {
        return new Response(kind(failure), null);
    }

    private static String kind(IOException failure) {
        var message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("refused")) {
            return "refused";
        }
        if (message.contains("unreachable") || message.contains("no route")) {
            return "unreachable";
        }
        if (message.contains("reset") || message.contains("broken pipe")) {
            return "reset";
        }
        if (message.contains("timed out")) {
            return "timeout";
        }
        if (message.contains("terminated the handshake")) {
            return "closed";
        }
        return failure instanceof SSLException ? "tls" : "failed";
    }

    private static Response answer(String head) {
        return HttpHead.of(head)
                .map(read -> new Response(read.status(), read.servedBy()))
                .orElseGet(() -> new Response("garbled", null));
    }
}
