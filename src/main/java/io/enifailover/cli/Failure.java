package io.enifailover.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.enifailover.protocol.Answer.MoveAnswer;
import io.enifailover.protocol.Order.SwitchoverOrder;
import io.enifailover.protocol.PairStatus.ServerStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a drill does to the holder. */
enum Failure {
    SWITCHOVER("switchover", "an order moves the interface", null, null, null),
    STOP_SERVICE("stop-service", "the service is stopped", "stop", "start", "the service is started"),
    FREEZE(
            "freeze",
            "the service is frozen: it takes connections and does not answer",
            "freeze",
            "thaw",
            "the service is thawed"),
    STOP_INSTANCE("stop-instance", "EC2 stops the server", null, null, null);

    private static final String SCRIPT = script();

    private final String name;
    private final String description;
    /** Argument of the script that makes the service fail; the script schedules the repair first. */
    private final @Nullable String harm;

    private final @Nullable String repair;
    private final @Nullable String repaired;

    Failure(
            String name,
            String description,
            @Nullable String harm,
            @Nullable String repair,
            @Nullable String repaired) {
        this.name = name;
        this.description = description;
        this.harm = harm;
        this.repair = repair;
        this.repaired = repaired;
    }

    String description() {
        return description;
    }

    /** Makes the holder fail, or orders the move. */
    void inject(ServerStatus holder, ServerStatus candidate, Session session) {
        if (harm != null) {
            session.cloud().run(holder.id(), script(harm));
        } else if (this == STOP_INSTANCE) {
            session.cloud().stop(holder.id());
        } else {
            var answer = session.act("", new SwitchoverOrder(candidate.role(), session.user(), false));
            Json.require(answer, "moved");
            var move = Json.as(MoveAnswer.class, answer);
            if (!move.moved()) {
                throw CommandFailed.refused(move.message());
            }
        }
    }

    /** Returns what {@link #repair} does, or null if it has nothing to do. */
    @Nullable
    String repaired() {
        return repaired;
    }

    void repair(ServerStatus holder, Session session) {
        if (repair != null) {
            session.cloud().run(holder.id(), script(repair));
        }
    }

    /** Returns the script that does this to the service of a server: stop, start, freeze or thaw. */
    static String script(String action) {
        return "set -- " + action + "\n" + SCRIPT;
    }

    private static String script() {
        try (var file = Objects.requireNonNull(Failure.class.getResourceAsStream("service.sh"))) {
            return new String(file.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
