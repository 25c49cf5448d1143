package io.enifailover.cli;

import io.enifailover.protocol.Answer.MoveAnswer;
import io.enifailover.protocol.Order.SwitchoverOrder;
import io.enifailover.protocol.PairStatus.ServerStatus;
import org.jspecify.annotations.Nullable;

/** What a drill does to the holder. */
enum Failure {
    SWITCHOVER("switchover", "an order moves the interface", null, null),
    STOP_NGINX(
            "stop-nginx",
            "nginx is stopped",
            "systemd-run --collect --on-active=300 systemctl start nginx && systemctl stop nginx",
            "systemctl start nginx"),
    FREEZE(
            "freeze",
            "nginx is frozen: it takes connections and does not answer",
            "systemd-run --collect --on-active=300 systemctl thaw nginx && systemctl freeze nginx",
            "systemctl thaw nginx"),
    STOP_INSTANCE("stop-instance", "EC2 stops the server", null, null);

    private final String name;
    private final String description;
    /** Schedules its own undo first, so that the server recovers even if this command is killed. */
    private final @Nullable String script;

    private final @Nullable String undo;

    Failure(String name, String description, @Nullable String script, @Nullable String undo) {
        this.name = name;
        this.description = description;
        this.script = script;
        this.undo = undo;
    }

    String description() {
        return description;
    }

    /** Makes the holder fail, or orders the move. */
    void inject(ServerStatus holder, ServerStatus candidate, Session session) {
        if (script != null) {
            session.cloud().run(holder.id(), script);
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

    @Nullable
    String undo() {
        return undo;
    }

    @Override
    public String toString() {
        return name;
    }
}
