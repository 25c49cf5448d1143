package io.enifailover.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** From which addresses web servers answer over one cable. */
final class Capture {
    private static final Pattern SOURCE = Pattern.compile(" IP ([0-9.]+)\\.80 > ");

    private final Path packets = Files.createTempFile("capture", null);
    private final Process tcpdump;

    /** Begins. */
    Capture(Namespace router, String link) throws IOException {
        tcpdump = new ProcessBuilder(router.command(
                        "tcpdump", "--immediate-mode", "-lni", link, "--direction=in", "tcp", "src", "port", "80"))
                // Not through a pipe, whose end closes with the process.
                .redirectOutput(packets.toFile())
                .start();
        var ready = tcpdump.errorReader();
        for (var line = ready.readLine(); line != null && !line.contains("listening on"); ) {
            line = ready.readLine();
        }
    }

    /** Ends, and returns the addresses. */
    Set<String> sources() throws IOException {
        Await.pause(Duration.ofMillis(300));
        tcpdump.destroy();
        tcpdump.onExit().join();
        var sources = new TreeSet<String>();
        for (var line : Files.readAllLines(packets)) {
            var source = SOURCE.matcher(line);
            if (source.find()) {
                sources.add(source.group(1));
            }
        }
        Files.delete(packets);
        return sources;
    }
}
