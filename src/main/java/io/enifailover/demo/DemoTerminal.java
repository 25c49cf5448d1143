package io.enifailover.demo;

import io.enifailover.demo.DemoScreen.World;
import io.enifailover.protocol.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;

/** The demonstration in a terminal: the same picture in characters, and the same keys. */
public final class DemoTerminal {
    private static final int LABEL = 11;
    private static final long FRAME = 100;

    /** Requests of the client that share one column. */
    private static final int PER_COLUMN = 5;

    private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
    private static final AttributedStyle BOLD = PLAIN.bold();
    private static final AttributedStyle DIM = PLAIN.faint();
    private static final AttributedStyle PRIMARY = PLAIN.foreground(AttributedStyle.BLUE);
    private static final AttributedStyle STANDBY = PLAIN.foreground(AttributedStyle.YELLOW);
    private static final AttributedStyle FAILURE = PLAIN.foreground(AttributedStyle.RED);
    private static final AttributedStyle GOOD = PLAIN.foreground(AttributedStyle.GREEN);

    private final Demo demo;
    private final StringBuilder places = new StringBuilder();

    public DemoTerminal(Demo demo) {
        this.demo = demo;
    }

    /**
     * Shows it until somebody presses q.
     *
     * @throws IOException if there is no terminal
     */
    public void run() throws IOException {
        try (var terminal = TerminalBuilder.builder().system(true).dumb(false).build()) {
            terminal.enterRawMode();
            terminal.puts(Capability.enter_ca_mode);
            terminal.puts(Capability.cursor_invisible);
            try {
                show(terminal);
            } finally {
                terminal.puts(Capability.cursor_visible);
                terminal.puts(Capability.exit_ca_mode);
                terminal.flush();
            }
        }
    }

    private void show(Terminal terminal) throws IOException {
        var display = new Display(terminal, true);
        var keys = terminal.reader();
        for (int key; (key = keys.read(FRAME)) != 'q' && key != -1; ) {
            if (key == '+') {
                demo.speed(demo.speed() == 1 ? 10 : 1);
            }
            DemoAction.ofKey(key).ifPresent(action -> demo.act(action, action.ofServer() ? holder() : null));
            var columns = Math.max(40, terminal.getWidth());
            var rows = Math.max(10, terminal.getHeight());
            display.resize(rows, columns);
            var lines = lines(demo.begun().screen(), columns, rows);
            display.update(lines, 0);
        }
    }

    private Role holder() {
        var world = demo.begun().screen().world();
        return world.servers().stream()
                .filter(server -> server.id().equals(world.holder()))
                .map(server -> Role.named("role", server.role()))
                .findFirst()
                .orElse(Role.PRIMARY);
    }

    /** What the screen shows, cut to its size. */
    List<AttributedString> lines(DemoScreen screen, int columns, int rows) {
        var lines = new ArrayList<AttributedString>();
        var answers = screen.answers(0);
        var world = screen.world();
        lines.add(headline(answers, world));
        lines.add(new AttributedString(decision(world), DIM));
        lines.add(AttributedString.EMPTY);
        lanes(lines, answers, world, columns - LABEL - 1);
        lines.add(AttributedString.EMPTY);
        var all = keys(columns);
        var foot = all.subList(0, Math.min(all.size(), rows / 3));
        var texts = screen.texts();
        var below = texts.ordered().isEmpty() ? texts.status() : texts.status() + "\n" + texts.ordered();
        below.lines()
                .limit(Math.max(0, rows - lines.size() - foot.size() - 1L))
                .forEach(line -> lines.add(AttributedString.fromAnsi(line)));
        while (lines.size() < rows - foot.size()) {
            lines.add(AttributedString.EMPTY);
        }
        lines.addAll(foot);
        // The display changes the list.
        return lines.stream()
                .limit(rows)
                .map(line -> line.columnSubSequence(0, columns))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private AttributedString headline(String answers, World world) {
        var silent = 0;
        while (silent < answers.length() && answers.charAt(answers.length() - 1 - silent) == '-') {
            silent++;
        }
        var clock = String.format(Locale.ROOT, "  %.1f s · %d×", world.at().toMillis() / 1000.0, demo.speed());
        var line = new AttributedStringBuilder();
        if (answers.isEmpty()) {
            line.styled(BOLD, "The pair starts");
        } else if (silent > 0) {
            line.styled(
                    FAILURE.bold(),
                    String.format(
                            Locale.ROOT,
                            "The client has had no answer for %.1f s",
                            silent * DemoPair.EVERY.toMillis() / 1000.0));
        } else {
            var role = answers.endsWith("p") ? Role.PRIMARY : Role.STANDBY;
            line.styled(GOOD.bold(), "The " + role + " serves");
        }
        return line.styled(DIM, clock).toAttributedString();
    }

    private static String decision(World world) {
        var answer = world.lastAnswer();
        return answer == null
                ? ""
                : String.format(Locale.ROOT, "%.1f s: %s", answer.at() / 1000.0, answer.message())
                        + (answer.alert() == null ? "" : "; alert: " + answer.alert());
    }

    /** A column for each quarter of a second, the last one at the right. */
    private void lanes(List<AttributedString> lines, String answers, World world, int width) {
        var columns = answers.length() / PER_COLUMN;
        while (places.length() > columns) {
            places.setLength(columns);
        }
        while (places.length() < columns) {
            places.append(place(world));
        }
        var first = Math.max(0, columns - width);
        lines.add(lane("primary", 'p', PRIMARY, answers, first, columns));
        lines.add(lane("standby", 's', STANDBY, answers, first, columns));
        lines.add(lane("no answer", '-', FAILURE, answers, first, columns));
        var interfaceLane = label("interface");
        for (int i = first; i < columns; i++) {
            var place = places.charAt(i);
            interfaceLane.styled(place == 'p' ? PRIMARY : place == 's' ? STANDBY : DIM, place == 'm' ? "░" : "█");
        }
        lines.add(interfaceLane.toAttributedString());
    }

    private static char place(World world) {
        return world.floating().equals("attached")
                ? world.servers().stream()
                        .filter(server -> server.id().equals(world.holder()))
                        .map(server -> server.role().charAt(0))
                        .findFirst()
                        .orElse('m')
                : 'm';
    }

    private static AttributedString lane(
            String name, char who, AttributedStyle style, String answers, int first, int end) {
        var lane = label(name);
        for (int i = first; i < end; i++) {
            var served = answers.substring(i * PER_COLUMN, (i + 1) * PER_COLUMN).indexOf(who) >= 0;
            lane.styled(style, served ? "█" : " ");
        }
        return lane.toAttributedString();
    }

    private static AttributedStringBuilder label(String name) {
        return new AttributedStringBuilder().styled(DIM, String.format(Locale.ROOT, "%" + LABEL + "s ", name));
    }

    private static List<AttributedString> keys(int columns) {
        var words = new ArrayList<>(List.of("q quit", "+ faster or slower"));
        Arrays.stream(DemoAction.values())
                .map(action -> action.key() + " " + action.label().toLowerCase(Locale.ROOT))
                .forEach(words::add);
        var lines = new ArrayList<AttributedString>();
        var line = new StringBuilder();
        for (var word : words) {
            if (line.length() > 0 && line.length() + word.length() + 3 > columns) {
                lines.add(new AttributedString(line.toString(), DIM));
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " · ").append(word);
        }
        lines.add(new AttributedString(line.toString(), DIM));
        return lines;
    }
}
