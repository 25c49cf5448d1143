package io.enifailover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.enifailover.cli.Cloud.NoSuchAlias;
import io.enifailover.protocol.FunctionAlias;
import io.enifailover.protocol.Order;
import io.enifailover.protocol.Order.Question;
import io.enifailover.protocol.Order.StatusOrder;
import io.enifailover.protocol.Order.SwitchoverOrder;
import io.enifailover.protocol.PairStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What every command needs: its options, the terminal and the pair. */
final class Session {
    /** For orders that move nothing. */
    private static final Duration QUICK = Duration.ofSeconds(12);
    /** Longer than the function's own timeout: the answer comes when the move is over. */
    private static final Duration MOVE = Duration.ofMinutes(4);

    private final Options options;
    private final Terminal terminal;
    private final Function<Options, Cloud> connect;
    private final Waits waits;
    private @Nullable Cloud cloud;
    private @Nullable DeployedPair pair;

    /**
     * The clock and the pauses of a command, which tests replace.
     *
     * @param clock current time
     * @param pause waits this long, and returns whether to continue
     */
    record Waits(InstantSource clock, Predicate<Duration> pause) {
        void pass(Duration duration) {
            var unused = pause.test(duration);
        }
    }

    Session(Options options, Terminal terminal, Function<Options, Cloud> connect, Waits waits) {
        this.options = options;
        this.terminal = terminal;
        this.connect = connect;
        this.waits = waits;
    }

    Terminal terminal() {
        return terminal;
    }

    Ink ink() {
        return terminal.ink(options.color);
    }

    boolean json() {
        return options.json;
    }

    Waits waits() {
        return waits;
    }

    Cloud cloud() {
        if (cloud == null) {
            cloud = connect.apply(options);
        }
        return cloud;
    }

    DeployedPair pair() {
        if (pair == null) {
            pair = new Progress(terminal).during("Looking for the pair", () -> cloud().find(options.stack));
        }
        return pair;
    }

    /**
     * Gives an order that changes nothing.
     *
     * @param what text to show meanwhile, or empty to show nothing
     */
    ObjectNode ask(String what, Question order) {
        return send(what, order, FunctionAlias.LOOK, QUICK);
    }

    /** Gives an order that may change something. */
    ObjectNode act(String what, Order order) {
        return send(what, order, FunctionAlias.LIVE, order instanceof SwitchoverOrder ? MOVE : QUICK);
    }

    String user() {
        return System.getProperty("user.name", "an operator");
    }

    PairStatus status() {
        return status("Asking the controller");
    }

    /** @param what text to show meanwhile, or empty to show nothing */
    PairStatus status(String what) {
        return Json.as(PairStatus.class, ask(what, new StatusOrder()));
    }

    void print(String text) {
        terminal.out().println(text);
    }

    void print(List<String> lines) {
        lines.forEach(this::print);
    }

    /** Prints a text in lines that fit into the terminal. */
    void printWrapped(String text) {
        print(Text.wrapped(text, terminal.columns()));
    }

    /** Prints the answer itself with {@code --json}, otherwise the text. */
    void print(JsonNode answer, String text) {
        print(json() ? answer.toPrettyString() : text);
    }

    void print(JsonNode answer) {
        print(answer.toPrettyString());
    }

    /**
     * Asks at the terminal for confirmation.
     *
     * @throws CommandFailed if it is not given
     */
    void confirm(String question, boolean yes) {
        if (yes) {
            return;
        }
        if (!terminal.interactive()) {
            throw CommandFailed.refused("not confirmed: not a terminal, so pass --yes");
        }
        var lines = Text.wrapped(question + " [y/N]", terminal.columns() - 5);
        var answer = terminal.question().apply(String.join("\n", lines) + " ");
        if (!answer.strip().matches("(?i)y|yes")) {
            throw CommandFailed.refused("not confirmed: nothing was changed");
        }
    }

    private ObjectNode send(String what, Order order, FunctionAlias alias, Duration patience) {
        var to = pair();
        Supplier<String> call = () -> invoke(to, Json.order(order), alias.toString(), patience);
        var text = what.isEmpty() ? call.get() : new Progress(terminal).during(what, call);
        return (ObjectNode) Json.object(text)
                .orElseThrow(() ->
                        CommandFailed.failed("the function's answer is not a JSON object: " + Text.excerpt(text)));
    }

    private String invoke(DeployedPair to, String payload, String alias, Duration patience) {
        try {
            return cloud().invoke(to.function(), alias, payload, patience);
        } catch (NoSuchAlias e) {
            throw CommandFailed.failed("the function %s has no alias %s: deploy the stack %s again"
                    .formatted(to.function(), alias, to.stack()));
        }
    }
}
