package io.enifailover.controller;

import io.enifailover.controller.InterfaceState.Held;
import io.enifailover.controller.Server.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Says whether a failover would work: each thing that it needs, without doing any of it. */
final class PreflightCheck {

    private record Line(String check, Optional<String> failure) {}

    private final FloatingEni eni;
    private final Fleet fleet;
    private final PairRecord record;

    PreflightCheck(FloatingEni eni, Fleet fleet, PairRecord record) {
        this.eni = eni;
        this.fleet = fleet;
        this.record = record;
    }

    Map<String, ?> of(Observation seen) {
        var lines = new ArrayList<Line>();
        lines.add(new Line(
                "the interface is attached to a server of the pair",
                seen.holder().isPresent() ? Optional.empty() : Optional.of("it is " + seen.floating())));
        lines.add(new Line(
                "the service answers through the Elastic IP",
                switch (seen.service()) {
                    case SERVES -> Optional.empty();
                    case FAILS, FAILS_FOR_LONG -> Optional.of("the witness sees that it does not");
                    case UNSEEN -> Optional.of("there is no witness, since clientCidrs leaves it out");
                }));
        lines.add(new Line(
                "there are two servers",
                seen.servers().size() == 2
                        ? Optional.empty()
                        : Optional.of("there are " + seen.servers().size())));
        for (var server : seen.servers()) {
            lines.add(new Line(server + " can hold it", Policy.obstacle(seen, server)));
            lines.add(new Line(
                    server + " serves",
                    server.own() == Verdict.SERVES ? Optional.empty() : Optional.of("the witness: " + server.own())));
            lines.add(new Line("permission to attach it to " + server, eni.mayAttach(server.id())));
            lines.add(new Line("permission to stop " + server, fleet.mayStop(server.id())));
            lines.add(new Line("permission to start " + server, fleet.mayStart(server.id())));
        }
        if (seen.floating() instanceof Held held) {
            lines.add(new Line("permission to detach it", eni.mayDetach(held.attachmentId())));
        }
        lines.add(new Line("the record can be read", reading()));
        lines.add(new Line(
                "no hold",
                seen.memory().holdAt(seen.now()).map(hold -> "until " + hold.until() + ": " + hold.reason())));
        return Map.of(
                "ready", lines.stream().allMatch(line -> line.failure().isEmpty()),
                "checks", lines.stream().map(PreflightCheck::words).toList());
    }

    private Optional<String> reading() {
        try {
            record.read();
            return Optional.empty();
        } catch (RecordUnavailable e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, ?> words(Line line) {
        var words = new LinkedHashMap<String, Object>();
        words.put("check", line.check());
        words.put("pass", line.failure().isEmpty());
        line.failure().ifPresent(why -> words.put("why", why));
        return words;
    }
}
