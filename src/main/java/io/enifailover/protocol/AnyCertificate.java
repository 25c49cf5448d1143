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
 * TLS whose certificate may be any: a health check asks whether a service answers, not who it is, and it asks by an address,
 * which certificates seldom name. Nothing secret is sent.
 */
public final class AnyCertificate {
    private static final SSLSocketFactory SOCKETS = sockets();

    private AnyCertificate() {}

    /**
     * Puts TLS over a connection, and shakes hands.
     *
     * @param connected whose timeout limits each read
     * @param host      that is named to the server
     * @throws IOException if that fails
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

    /** The extended kind, since Java adds checks of its own to the other. */
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
