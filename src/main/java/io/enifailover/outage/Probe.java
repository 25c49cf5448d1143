package io.enifailover.outage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.enifailover.protocol.HealthCheck;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One request on a connection of its own, that never blocks. */
final class Probe {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})\\b.*");
    /** An instance id, or another name of no more than its kind of characters. */
    private static final Pattern SERVED_BY = Pattern.compile(
            "^" + HealthCheck.SERVED_BY + ":[ \\t]*([0-9A-Za-z._-]{1,64})[ \\t]*\\r?$",
            Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    private static final int MOST_HEADERS = 8192;

    final long sent;
    /** When to give up. */
    long deadline;

    private final ByteBuffer request;
    private final ByteBuffer head = ByteBuffer.allocate(MOST_HEADERS);
    private @Nullable SocketChannel channel;

    Probe(long sent, long deadline, ByteBuffer request) {
        this.sent = sent;
        this.deadline = deadline;
        this.request = request;
    }

    /** Opens the connection. What fails at once, such as a missing route, is thrown. */
    void send(InetSocketAddress address, Selector selector) throws IOException {
        channel = SocketChannel.open();
        channel.configureBlocking(false);
        var connected = channel.connect(address);
        channel.register(selector, connected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT, this);
    }

    /** Goes on as far as the network allows; the result is null as long as the answer is not complete. */
    @Nullable
    Response proceed(SelectionKey key) throws IOException {
        var open = Objects.requireNonNull(channel);
        if (key.isConnectable()) {
            open.finishConnect();
            key.interestOps(SelectionKey.OP_WRITE);
        }
        if (key.isValid() && key.interestOps() == SelectionKey.OP_WRITE) {
            open.write(request);
            if (!request.hasRemaining()) {
                key.interestOps(SelectionKey.OP_READ);
            }
            return null;
        }
        if (key.isReadable()) {
            var ended = open.read(head) < 0;
            var text = new String(head.array(), 0, head.position(), ISO_8859_1);
            var end = text.indexOf("\r\n\r\n");
            if (end >= 0) {
                return result(text.substring(0, end));
            }
            if (ended || !head.hasRemaining()) {
                return new Response(head.position() == 0 ? "closed" : "garbled", null);
            }
        }
        return null;
    }

    void close() {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new IllegalStateException("could not close a probe's connection", e);
            }
        }
    }

    /** The kind of failure, in one word. */
    static String kind(IOException failure) {
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
        return message.contains("timed out") ? "timeout" : "failed";
    }

    private static Response result(String head) {
        var status = STATUS.matcher(head.lines().findFirst().orElse(""));
        var server = SERVED_BY.matcher(head);
        return status.matches()
                ? new Response(status.group(1), server.find() ? server.group(1) : null)
                : new Response("garbled", null);
    }

    record Response(String result, @Nullable String servedBy) {}
}
