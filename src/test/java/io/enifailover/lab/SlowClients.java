package io.enifailover.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Objects;

/** Clients that keep their connections open as long as they can, and open new ones instead of those that are closed. */
final class SlowClients implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private SlowClients(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    static SlowClients start(Namespace client, String address, int halfRequests, int slowReaders) throws IOException {
        var command = client.command(
                "python3",
                "src/test/lab/slow-clients.py",
                address,
                String.valueOf(halfRequests),
                String.valueOf(slowReaders));
        return new SlowClients(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Waits for the first connections, and says how many there are. */
    String open() throws IOException {
        return Objects.requireNonNullElse(output.readLine(), "nothing");
    }

    @Override
    public void close() {
        process.destroy();
    }
}
