package io.enifailover.emulator;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on this machine, with a thread for each request. */
public final class LocalServer implements AutoCloseable {
    static {
        // Otherwise head and body of an answer are 40 ms apart, which would count as the controller's time.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool();

    public LocalServer(HttpHandler handler) throws IOException {
        this(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), handler);
    }

    public LocalServer(InetSocketAddress address, HttpHandler handler) throws IOException {
        this(HttpServer.create(address, 0), handler);
    }

    /**
     * @param server not yet started
     */
    public LocalServer(HttpServer server, HttpHandler handler) {
        this.server = server;
        server.setExecutor(executor);
        server.createContext("/", handler);
        server.start();
    }

    /** By name, not by address: see {@link Emulator#freeEndpoint}. */
    public URI url() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
