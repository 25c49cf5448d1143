package io.enifailover.protocol;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS that accepts any certificate. A health check tests whether a service answers, not its identity, and it connects
 * to an address, which certificates seldom contain. Nothing secret is sent.
 */
public final class AnyCertificate {
    private static final SSLSocketFactory SOCKETS = sockets();

    private AnyCertificate() {}

    /**
     * Wraps a connection in TLS, and completes the handshake.
     *
     * @param connected connection, whose timeout limits each read
     * @param host      host name to send to the server
     * @throws IOException if the handshake fails
     */
    public static SSLSocket secure(Socket connected, String host, int port) throws IOException {
        var socket = (SSLSocket) SOCKETS.createSocket(connected, host, port, true);
        socket.startHandshake();
        return socket;
    }

    private static SSLSocketFactory sockets() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustsAll()}, null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Extended, because Java adds its own checks to a plain X509TrustManager. */
    private static final class TrustsAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
