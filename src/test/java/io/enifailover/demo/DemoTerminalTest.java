package io.enifailover.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.demo.DemoFunction.LastAnswer;
import io.enifailover.demo.DemoScreen.ShownServer;
import io.enifailover.demo.DemoScreen.World;
import io.enifailover.outage.Recording;
import io.enifailover.outage.TimelineEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jline.utils.AttributedString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoTerminalTest {
    private static final ShownServer PRIMARY = new ShownServer("i-a", "primary", "running", "no power", true);
    private static final ShownServer STANDBY = new ShownServer("i-b", "standby", "running", "serves", true);

    private final DemoScreen screen = new DemoScreen();
    private final DemoTerminal terminal = new DemoTerminal(new Demo(DemoRun.of("1"), 1, new OperatorCommand() {
        @Override
        public String run(Account account, String... words) {
            return "";
        }

        @Override
        public String report(
                Recording recording, List<TimelineEvent> events, Map<String, String> roles, String history) {
            return "";
        }
    }));

    @Test
    void showsWhoAnswersAndWhereTheInterfaceIs() {
        answered("i-a", 10, "attached", "i-a");
        answered(null, 10, "detaching", "i-a");
        assertThat(shown(100, 30)).contains("The client has had no answer for 0.5 s");
        answered("i-b", 10, "attached", "i-b");
        screen.texts(" OK  The standby serves.", "", "", "{}");

        assertThat(shown(100, 30).lines())
                .startsWith(
                        "The standby serves  1.5 s · 1×",
                        "1.2 s: moved",
                        "",
                        "    primary ██    ",
                        "    standby     ██",
                        "  no answer   ██  ")
                .contains(" OK  The standby serves.");
    }

    @ParameterizedTest
    @CsvSource({"40, 10", "80, 24", "200, 60"})
    void fitsIntoTheWindow(int columns, int rows) {
        answered("i-a", 5_000, "attached", "i-a");
        screen.texts("a line\n".repeat(100), "", "", "{}");

        var lines = terminal.lines(screen, columns, rows);

        assertThat(lines)
                .hasSize(rows)
                .allSatisfy(line -> assertThat(line.columnLength()).isLessThanOrEqualTo(columns));
        assertThat(lines).anyMatch(line -> line.toString().startsWith("q quit"));
    }

    private String shown(int columns, int rows) {
        return terminal.lines(screen, columns, rows).stream()
                .map(AttributedString::toString)
                .collect(Collectors.joining("\n"));
    }

    private void answered(@Nullable String server, int times, String floating, String holder) {
        for (int i = 0; i < times; i++) {
            var at = DemoPair.EVERY.multipliedBy(screen.requests() + 1L);
            screen.show(
                    new World(
                            at,
                            floating,
                            holder,
                            List.of(PRIMARY, STANDBY),
                            List.of(),
                            List.of(),
                            new LastAnswer(Duration.ofMillis(1_200).toMillis(), "moved", null),
                            "1"),
                    server);
        }
    }
}
