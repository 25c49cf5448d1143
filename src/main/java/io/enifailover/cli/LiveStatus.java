package io.enifailover.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.enifailover.cli.Ink.Mood;
import io.enifailover.protocol.MoveEntry;
import io.enifailover.protocol.Order.StatusOrder;
import io.enifailover.protocol.PairStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;

/** Polls the status: redraws the screen of a terminal; on a pipe, prints a line for each change. */
final class LiveStatus {
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final String ENTER = "\u001b[?1049h\u001b[?25l";
    private static final String LEAVE = "\u001b[?25h\u001b[?1049l";

    private final Session session;
    private List<String> page = List.of();
    private List<Object> gist = List.of();
    private String trouble = "";

    LiveStatus(Session session) {
        this.session = session;
    }

    void run() {
        var out = session.terminal().out();
        var drawn = session.terminal().interactive() && !session.json();
        // Fails here if the stack or the credentials are wrong, before the screen is cleared.
        session.pair();
        if (drawn) {
            var leave = new Thread(() -> {
                out.print(LEAVE);
                out.flush();
            });
            Runtime.getRuntime().addShutdownHook(leave);
            out.print(ENTER);
        }
        do {
            poll(drawn);
        } while (session.waits().pause().test(INTERVAL));
    }

    private void poll(boolean drawn) {
        try {
            var answer = session.ask("", new StatusOrder());
            var status = Json.as(PairStatus.class, answer);
            trouble = "";
            if (drawn) {
                page = StatusPage.of(
                        session.pair(),
                        status,
                        session.ink(),
                        session.terminal().columns());
            } else if (!gist(status).equals(gist)) {
                gist = gist(status);
                session.print(changed(answer, status));
            }
        } catch (CommandFailed e) {
            trouble(String.valueOf(e.getMessage()), drawn);
        } catch (SdkException e) {
            trouble(SdkErrors.explained(e), drawn);
        }
        if (drawn) {
            draw();
        }
    }

    /** Returns what counts as a change: everything but ages and times. */
    private static List<Object> gist(PairStatus status) {
        var holder = status.holder();
        var hold = status.hold();
        var lease = status.lease();
        return List.of(
                status.state(),
                holder == null ? "" : holder.id(),
                status.service().verdict(),
                status.servers().stream()
                        .map(server -> server + server.power() + server.verdict() + server.concerns())
                        .toList(),
                status.missing(),
                hold == null ? "" : hold,
                lease == null ? "" : lease.intent(),
                status.history().stream().limit(1).map(MoveEntry::at).toList());
    }

    private String changed(ObjectNode answer, PairStatus status) {
        if (session.json()) {
            return StatusCommand.withStack(session, answer).toString();
        }
        var headline = Headline.of(status);
        return "%s  %s  %s"
                .formatted(
                        Ages.time(status.time()),
                        session.ink().in(headline.mood(), headline.word()),
                        headline.sentence());
    }

    private void trouble(String message, boolean drawn) {
        if (!drawn && !message.equals(trouble)) {
            session.terminal().err().println("failover: " + message);
            // The next answer is printed even if it is the same as the last one.
            gist = List.of();
        }
        trouble = message;
    }

    /** Overwrites the screen without clearing it, which would flicker, and cuts the page at the bottom of the window. */
    private void draw() {
        var ink = session.ink();
        var size = session.terminal().size().get();
        var foot = new ArrayList<String>();
        if (!trouble.isEmpty()) {
            foot.add(ink.banner(Mood.BAD, "NO ANSWER") + " " + trouble);
        }
        foot.add(ink.dim(Ages.time(session.waits().clock().instant()) + " UTC · every " + Ages.of(INTERVAL)
                + " · Ctrl-C ends it"));
        var frame = new StringBuilder("\u001b[H");
        page.stream()
                .limit(Math.max(1, size.rows() - foot.size() - 1L))
                .forEach(line -> frame.append(line).append("\u001b[K\n"));
        frame.append("\u001b[K\n").append(String.join("\u001b[K\n", foot)).append("\u001b[K\u001b[J");
        session.terminal().out().print(frame);
        session.terminal().out().flush();
    }
}
