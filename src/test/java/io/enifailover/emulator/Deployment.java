package io.enifailover.emulator;

import static io.enifailover.emulator.RunningFunction.heartbeat;
import static io.enifailover.emulator.RunningFunction.report;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.enifailover.protocol.Step;
import java.io.IOException;
import java.util.Objects;

/** The stack on an emulator of its own, with everything between function, AWS and servers in a test's hands. */
final class Deployment implements AutoCloseable {
    private final FaultProxy proxy;
    private final Internet internet;
    private final Emulator emulator;
    private final DeployedStack stack;
    private final RunningFunction controller;

    /** Starts the emulator and deploys, with these options of the CLI. */
    Deployment(String... options) throws IOException, InterruptedException {
        var endpoint = Emulator.freeEndpoint();
        proxy = new FaultProxy(endpoint);
        internet = new Internet(Emulator.ec2(endpoint));
        emulator =
                Emulator.start(new Emulator.Place(endpoint, proxy.endpoint(), internet.proxy(), null, Emulator.LOGS));
        try {
            // Not through the proxy, where the function's calls are counted.
            stack = new DeployedStack(endpoint, Emulator.LOGS, options);
        } catch (IOException | InterruptedException | RuntimeException e) {
            closeSurroundings();
            throw e;
        }
        controller = new RunningFunction(emulator, stack);
    }

    DeployedStack stack() {
        return stack;
    }

    Emulator emulator() {
        return emulator;
    }

    /** Between the function and AWS. */
    FaultProxy proxy() {
        return proxy;
    }

    /** Between the function and the servers. */
    Internet internet() {
        return internet;
    }

    /** The function that this stack has deployed. */
    RunningFunction controller() {
        return controller;
    }

    /** Lets the holder fall sick, and checks that clients are served by the other server then. */
    void assertFailsOver() throws JsonProcessingException, InterruptedException {
        startHealthyWithNothingRemembered();
        var holder = Objects.requireNonNull(stack.holder(), "no server holds the interface");
        assertThat(holder).isIn(stack.primary(), stack.standby());
        assertThat(internet.servedBy(stack.serviceAddress()))
                .as("serves clients before the failover")
                .contains(holder);
        var other = holder.equals(stack.primary()) ? stack.standby() : stack.primary();

        internet.makeSick(holder);
        var answer = controller.answer(report(other));
        if (answer.path("message").asText().contains("there is no witness, and " + holder + " has until ")) {
            // The interface has just been attached, and the watch goes on to report.
            Thread.sleep(Step.SERVE.deadline().toMillis());
            answer = controller.answer(report(other));
        }

        assertThat(stack.holder()).as("%s", answer).isEqualTo(other);
        assertThat(internet.servedBy(stack.serviceAddress()))
                .as("serves clients after the failover")
                .contains(other);
    }

    /** As after the boot of both servers: each watch has sent its heartbeat, without which its server is no candidate. */
    void startHealthyWithNothingRemembered() throws JsonProcessingException {
        internet.heal();
        stack.ec2().startInstances(request -> request.instanceIds(stack.primary(), stack.standby()));
        stack.emptyTheRecord();
        controller.answer(heartbeat(stack.primary()));
        controller.answer(heartbeat(stack.standby()));
    }

    @Override
    public void close() throws IOException {
        stack.close();
        closeSurroundings();
    }

    private void closeSurroundings() throws IOException {
        emulator.close();
        internet.close();
        proxy.close();
    }
}
