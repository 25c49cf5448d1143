package io.enifailover.lab;

import io.enifailover.emulator.Assembly;
import java.net.URI;
import java.nio.file.Path;

/**
 * What the lab deploys, and how it asks the service.
 *
 * @param assembly what the CDK CLI deploys
 * @param unit     systemd unit of the service
 * @param question what the client asks, with {@code %s} for the address: an answer by {@code http} or {@code https} has to
 *                 name its server, {@code tcp} does not tell who has accepted the connection
 * @param version  command that prints the version of the service
 */
record Application(Assembly assembly, String unit, String question, String version) {
    /** This project's own. */
    static final Application OWN = new Application(Assembly.OWN, "nginx", "http://%s/healthz", "nginx -v 2>&1");

    /** A project of {@code examples}, which {@code mvn verify -Plab} has synthesized. */
    static Application example(String name, String stack, String unit, String question, String version) {
        var synthesized = Path.of("target", "examples", name, "target", "cdk.out");
        return new Application(new Assembly(stack, synthesized), unit, question, version);
    }

    URI at(String address) {
        return URI.create(question.formatted(address));
    }
}
