package io.enifailover.controller;

import io.enifailover.controller.Event.Order.Switchover;
import io.enifailover.controller.Event.Trigger;
import io.enifailover.controller.InterfaceState.Held;
import io.enifailover.controller.Lookout.Place;
import io.enifailover.controller.Lookout.Series;
import io.enifailover.controller.Mover.Result.Failed;
import io.enifailover.controller.Mover.Result.GaveWay;
import io.enifailover.controller.Mover.Result.Moved;
import io.enifailover.controller.Mover.Wish;
import io.enifailover.controller.PairRecord.Memory;
import io.enifailover.controller.Policy.Alert;
import io.enifailover.controller.Policy.Decision;
import io.enifailover.controller.Policy.Decision.Keep;
import io.enifailover.controller.Policy.Decision.LookLonger;
import io.enifailover.controller.Policy.Decision.MoveTo;
import io.enifailover.controller.Server.Verdict;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of every trigger: observe, decide, act, verify, record.
 *
 * <p>A trigger says "look", and nothing of what to do: any of them may come late, twice or never.
 */
final class Controller {
    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
    private static final int ROUNDS = 3;

    /**
     * What a call ended with.
     *
     * @param moved whether the interface was moved
     * @param words what was done or left, and why
     * @param alert what a person should know, or null
     */
    record Answer(boolean moved, String words, @Nullable Alert alert) {}

    private final Configuration configuration;
    private final Surroundings around;
    private final FloatingEni eni;
    private final Fleet fleet;
    private final PairRecord record;
    private final Mover mover;
    private final Upkeep upkeep;
    private final Function<Observation, Decision> decide;

    Controller(Configuration configuration, Surroundings around) {
        this(configuration, around, configuration.policy()::decide);
    }

    /**
     * @param decide what to do when nobody has ordered anything
     */
    Controller(Configuration configuration, Surroundings around, Function<Observation, Decision> decide) {
        this.configuration = configuration;
        this.around = around;
        eni = new FloatingEni(around.ec2(), configuration.interfaceId());
        fleet = new Fleet(around.ec2(), configuration.interfaceId());
        record = around.records().apply(configuration.interfaceId());
        mover = new Mover(eni, fleet, record, around.time());
        upkeep = new Upkeep(fleet, record);
        this.decide = decide;
    }

    /**
     * Looks, and does what is to be done.
     *
     * @param id  names this call
     * @param end when it has to be over
     */
    Answer handle(Trigger trigger, String id, Instant end) {
        var reporter = trigger instanceof Trigger.Report report ? report.observer() : null;
        var call = new Call(id, trigger.toString(), end, configuration.fencing());
        return inRounds(call, (round, longer) -> {
            // A report is a second opinion already, and out of date once somebody else has been at work.
            var opinion = round == 0 ? reporter : null;
            var series = opinion == null ? Series.SHORT : Series.GLANCE;
            var seen = observe(opinion, longer ? Series.LONG : series);
            var decision = decide.apply(seen);
            if (trigger instanceof Trigger.Tick && decision instanceof Keep) {
                upkeep.care(seen);
            }
            return new Considered(seen, decision);
        });
    }

    /** Moves because an operator wants it. */
    Answer handle(Switchover order, String id, Instant end) {
        return inRounds(new Call(id, order.by(), end, false), (round, longer) -> {
            var seen = observe(null, Series.SHORT);
            return new Considered(seen, configuration.policy().decide(seen, order.to()));
        });
    }

    /**
     * Looks at everything, once.
     *
     * @param reporter server whose watch has reported, or null
     */
    Observation observe(@Nullable String reporter, Series series) {
        var memory = memory();
        var floating = new Move(eni, fleet, around.time(), configuration.deadlines(), () -> true).observe();
        var servers = fleet.servers();
        var places = new HashSet<Place>();
        servers.forEach(server -> own(server).ifPresent(places::add));
        service(floating).ifPresent(places::add);
        var verdicts = around.lookout().look(places, series);
        return new Observation(
                around.time().now(),
                floating,
                servers.stream()
                        .map(server ->
                                server.seen(own(server).map(verdicts::get).orElse(Verdict.UNSEEN)))
                        .toList(),
                service(floating).map(verdicts::get).orElse(Verdict.UNSEEN),
                reporter,
                memory);
    }

    private Answer inRounds(Call call, Consideration consider) {
        var gaveWay = "";
        for (int round = 0; round < ROUNDS; round++) {
            var considered = consider.at(round, false);
            if (considered.decision() instanceof LookLonger longer) {
                LOG.info("{}: looking longer, {}", call.by(), longer.reason());
                considered = consider.at(round, true);
            }
            if (!(considered.decision() instanceof MoveTo to)) {
                return kept(call, considered.decision());
            }
            var wish = new Wish(
                    call.id(), to.serverId(), considered.seen().floating(), to.reason(), call.by(), call.fences());
            var left = Duration.between(around.time().now(), call.end());
            var result = mover.move(wish, configuration.deadlines().withOverall(left), witness());
            if (result instanceof Moved) {
                return new Answer(true, "moved to %s: %s".formatted(to.serverId(), to.reason()), null);
            }
            if (result instanceof Failed failed) {
                throw failed.why();
            }
            gaveWay = ((GaveWay) result).to();
        }
        return new Answer(false, "gave way to " + gaveWay, null);
    }

    private static Answer kept(Call call, Decision decision) {
        var alert = decision instanceof Keep keep ? keep.alert() : null;
        if (alert == null) {
            LOG.info("{}: kept, {}", call.by(), decision.reason());
        } else {
            LOG.warn("{}: kept, {}: {}", call.by(), alert, decision.reason());
        }
        return new Answer(false, "kept: " + decision.reason(), alert);
    }

    private Memory memory() {
        try {
            return record.read();
        } catch (RecordUnavailable e) {
            LOG.warn("{}: deciding without the record: {}", eni, e.getMessage());
            return Memory.EMPTY;
        }
    }

    private Optional<Place> service(InterfaceState floating) {
        return configuration.serviceUrl() != null && floating instanceof Held held
                ? Optional.of(new Place(configuration.serviceUrl(), held.holder()))
                : Optional.empty();
    }

    private Optional<Place> own(Server server) {
        return configuration.serviceUrl() != null && server.running() && server.publicAddress() != null
                ? Optional.of(new Place(URI.create("http://" + server.publicAddress() + "/healthz"), server.id()))
                : Optional.empty();
    }

    private @Nullable Witness witness() {
        return configuration.serviceUrl() == null ? null : around.witnesses().apply(configuration.serviceUrl());
    }

    /** One call of the function. */
    private record Call(String id, String by, Instant end, boolean fences) {}

    private interface Consideration {
        Considered at(int round, boolean longer);
    }

    private record Considered(Observation seen, Decision decision) {}
}
