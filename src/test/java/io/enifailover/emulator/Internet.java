package io.enifailover.emulator;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.AttachmentStatus;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/**
 * Plays the way from the function to a server behind an Elastic IP, its own or the floating one, as an HTTP proxy. No packet
 * travels: it answers for the server what a healthy one would say, if EC2's state lets a request arrive and nobody has made
 * the server sick, and hangs up otherwise.
 */
final class Internet implements AutoCloseable {
    private final Ec2Client ec2;
    private final LocalServer server;
    private final Set<String> sick = ConcurrentHashMap.newKeySet();

    Internet(Ec2Client ec2) throws IOException {
        this.ec2 = ec2;
        server = new LocalServer(this::handle);
    }

    URI proxy() {
        return server.url();
    }

    /** The server's nginx is dead from now on, while EC2 says that it runs. */
    void makeSick(String instanceId) {
        sick.add(instanceId);
    }

    void heal() {
        sick.clear();
    }

    private void handle(HttpExchange request) throws IOException {
        try (request) {
            var instance = servedBy(request.getRequestURI().getHost());
            if (instance.isPresent()) {
                request.getResponseHeaders().set("X-Served-By", instance.get());
                request.sendResponseHeaders(200, -1);
            }
        }
    }

    /** Follows address, interface and attachment to a running instance that is not sick. */
    Optional<String> servedBy(String address) {
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
                .map(Instance::instanceId)
                .filter(instance -> !sick.contains(instance))
                .findFirst();
    }

    private static Filter filter(String name, String value) {
        return Filter.builder().name(name).values(value).build();
    }

    @Override
    public void close() {
        server.close();
    }
}
