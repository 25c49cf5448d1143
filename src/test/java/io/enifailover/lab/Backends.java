package io.enifailover.lab;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.enifailover.emulator.LocalServer;
import io.enifailover.function.SelfSigned;
import io.enifailover.protocol.HealthCheck;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Web servers with TLS in another subnet of the VPC, behind the machines. The address of its connection tells one of them by
 * which machine a request came, and it names this machine in its answer: the machine itself sees nothing but TLS.
 */
final class Backends implements AutoCloseable {
    private final List<String> addresses;
    private final List<LocalServer> servers = new ArrayList<>();

    /**
     * Opens them.
     *
     * @param machineAt the instance at an address
     * @param directory for the key
     */
    Backends(List<String> addresses, UnaryOperator<String> machineAt, Path directory)
            throws IOException, GeneralSecurityException, InterruptedException {
        this.addresses = addresses;
        var tls = SelfSigned.context(directory, "backend.test");
        for (var address : addresses) {
            Shell.run("ip", "addr", "add", address + "/32", "dev", "lo");
            var https = HttpsServer.create(new InetSocketAddress(address, 443), 0);
            https.setHttpsConfigurator(new HttpsConfigurator(tls));
            servers.add(new LocalServer(https, request -> answer(request, machineAt)));
        }
    }

    private static void answer(HttpExchange request, UnaryOperator<String> machineAt) throws IOException {
        try (request) {
            var from = request.getRemoteAddress().getAddress().getHostAddress();
            request.getResponseHeaders().set(HealthCheck.SERVED_BY, machineAt.apply(from));
            request.sendResponseHeaders(200, -1);
        }
    }

    @Override
    public void close() {
        servers.forEach(LocalServer::close);
        addresses.forEach(address -> Shell.run("ip", "addr", "delete", address + "/32", "dev", "lo"));
    }
}
