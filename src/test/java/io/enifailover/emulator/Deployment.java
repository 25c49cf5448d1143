package io.enifailover.emulator;

import java.io.IOException;

/** The stack on an emulator of its own, with everything between function, AWS and servers in a test's hands. */
final class Deployment implements AutoCloseable {
    private final FaultProxy proxy;
    private final Internet internet;
    private final Emulator emulator;
    private final DeployedStack stack;

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
