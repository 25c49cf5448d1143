package io.enifailover.emulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.AttachmentStatus;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/**
 * Plays the way from the function to a server behind an Elastic IP, as an HTTP proxy. No packet travels: it answers for the
 * server what a healthy one would say, if EC2's state lets a request arrive, and hangs up otherwise.
 */
final class Internet implements AutoCloseable {
    private final Ec2Client ec2;
    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool();

    Internet(Ec2Client ec2) throws IOException {
        this.ec2 = ec2;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
    }

    URI proxy() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    private void handle(HttpExchange request) throws IOException {
        try (request) {
            var instance = serverBehind(request.getRequestURI().getHost());
            if (instance.isPresent()) {
                request.getResponseHeaders().set("X-Served-By", instance.get());
                request.sendResponseHeaders(200, -1);
            }
        }
    }

    /** Follows address, interface and attachment to a running instance. */
    private Optional<String> serverBehind(String address) {
        return ec2.describeAddresses(request -> request.filters(filter("public-ip", address))).addresses().stream()
                .flatMap(found -> ec2
                        .describeNetworkInterfaces(request -> request.networkInterfaceIds(found.networkInterfaceId()))
                        .networkInterfaces()
                        .stream())
                .filter(found ->
                        found.attachment() != null && found.attachment().status() == AttachmentStatus.ATTACHED)
                .flatMap(found -> ec2
                        .describeInstances(request ->
                                request.instanceIds(found.attachment().instanceId()))
                        .reservations()
                        .stream())
                .flatMap(reservation -> reservation.instances().stream())
                .filter(instance -> instance.state().name() == InstanceStateName.RUNNING)
                .map(instance -> instance.instanceId())
                .findFirst();
    }

    private static Filter filter(String name, String value) {
        return Filter.builder().name(name).values(value).build();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
