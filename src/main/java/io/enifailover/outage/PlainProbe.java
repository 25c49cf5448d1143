package io.enifailover.outage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A probe over HTTP or TCP that never blocks. */
final class PlainProbe extends Probe {
    private final Target target;
    private final ByteBuffer request;
    private final ByteBuffer head = ByteBuffer.allocate(Response.LONGEST_HEAD);
    private @Nullable SocketChannel channel;

    PlainProbe(long sent, long deadline, Target target) {
        super(sent, deadline);
        this.target = target;
        request = ByteBuffer.wrap(target.bytes());
    }

    /** Opens the connection. Throws what fails immediately, such as a missing route. */
    void send(Selector selector) throws IOException {
        channel = SocketChannel.open();
        channel.configureBlocking(false);
        var connected = channel.connect(target.address());
        channel.register(selector, connected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT, this);
    }

    /** Continues as far as possible without blocking; returns null until the answer is complete. */
    @Nullable
    Response proceed(SelectionKey key) throws IOException {
        var open = Objects.requireNonNull(channel);
        if (key.isConnectable()) {
            open.finishConnect();
            key.interestOps(SelectionKey.OP_WRITE);
        }
        if (key.isValid() && key.interestOps() == SelectionKey.OP_WRITE) {
            if (target.request().isEmpty()) {
                return Response.CONNECTED;
            }
            open.write(request);
            if (!request.hasRemaining()) {
                key.interestOps(SelectionKey.OP_READ);
            }
            return null;
        }
        if (key.isReadable()) {
            var ended = open.read(head) < 0;
            return Response.of(head.array(), head.position(), ended);
        }
        return null;
    }

    @Override
    void close() {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new IllegalStateException("could not close a probe's connection", e);
            }
        }
    }
}
