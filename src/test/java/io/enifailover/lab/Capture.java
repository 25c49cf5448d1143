package io.enifailover.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** From which addresses web servers answer over one cable. */
final class Capture {
    private static final Pattern SOURCE = Pattern.compile(" IP ([0-9.]+)\\.80 > ");

    private final Process tcpdump;

    /** Begins. */
    Capture(Namespace router, String link) throws IOException {
        tcpdump = new ProcessBuilder(router.words(
                        "tcpdump", "--immediate-mode", "-lni", link, "--direction=in", "tcp", "src", "port", "80"))
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
        var sources = new TreeSet<String>();
        try (var reader = tcpdump.inputReader()) {
            reader.lines().forEach(line -> {
                var source = SOURCE.matcher(line);
                if (source.find()) {
                    sources.add(source.group(1));
                }
            });
        }
        return sources;
    }
}
