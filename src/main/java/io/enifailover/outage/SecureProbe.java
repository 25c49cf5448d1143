package io.enifailover.outage;

import io.enifailover.protocol.AnyCertificate;
import java.io.IOException;
import java.net.Proxy;
import java.net.Socket;

/** A probe over HTTPS: it blocks its thread until the answer is there or another thread closes it. */
final class SecureProbe extends Probe {
    private final Socket socket = new Socket(Proxy.NO_PROXY);

    SecureProbe(long sent, long deadline) {
        super(sent, deadline);
    }

    Response ask(Target target) {
        try {
            socket.connect(target.address());
            var secured = AnyCertificate.secure(
                    socket, target.host(), target.address().getPort());
            secured.getOutputStream().write(target.bytes());
            var head = new byte[Response.LONGEST_HEAD];
            var length = 0;
            while (true) {
                var read = secured.getInputStream().read(head, length, head.length - length);
                length += Math.max(read, 0);
                var response = Response.of(head, length, read < 0);
                if (response != null) {
                    return response;
                }
            }
        } catch (IOException e) {
            return Response.failed(e);
        }
    }

    /** Closes the connection without closing TLS, which might wait for the server. */
    @Override
    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException("could not close a probe's connection", e);
        }
    }
}
