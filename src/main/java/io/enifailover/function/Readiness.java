package io.enifailover.function;

import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.PairRecord.LastHeartbeat;
import io.enifailover.function.Server.Power;
import io.enifailover.protocol.ReadinessCheck;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lists what would prevent or endanger a failover to a server. A pure function.
 *
 * <p>It is for people and alarms. Only {@link Policy} decides whether a server is <em>fit</em> to take over, and requires less: a
 * server whose watch is silent is not ready, but it is still better than a dead one.
 */
final class Readiness {
    /** The check whose result is recorded, and may be as old as {@link Housekeeping} lets it become. */
    static final String RIGHTS = "rights";

    /** Five missing heartbeats: a single one may be lost, and a server that has just started has not sent any. */
    private static final Duration SILENCE = Duration.ofMinutes(5);

    /** AWS refuses requests that are signed five minutes off, including reports. */
    private static final Duration SKEW = Duration.ofMinutes(1);

    /** These versions panic when an interface is detached; 2.17.2 does not. https://github.com/amzn/amzn-drivers/issues/379 */
    private static final Pattern BAD_DRIVER = Pattern.compile("2\\.17\\.[01]\\D*");

    private Readiness() {}

    static List<ReadinessCheck> checks(Observation observation, Server server) {
        var heartbeat = observation.recorded().heartbeats().get(server.id());
        return List.of(
                power(server),
                zone(observation, server),
                taint(observation, server),
                slot(observation, server),
                attachment(observation, server),
                service(server),
                watch(observation, server, heartbeat),
                version(observation, heartbeat),
                clock(heartbeat),
                driver(heartbeat),
                units(heartbeat),
                record(observation),
                rights(observation));
    }

    /** Whether none of them fails. A check whose result is unknown does not count. */
    static boolean ready(List<ReadinessCheck> checks) {
        return checks.stream().noneMatch(ReadinessCheck::failed);
    }

    /** Returns the failed checks with their details, or an empty text. */
    static String lacking(List<ReadinessCheck> checks) {
        return checks.stream()
                .filter(ReadinessCheck::failed)
                .map(check -> check.name() + ": " + check.detail())
                .collect(Collectors.joining("; "));
    }

    /** Whether there is a server besides the holder that passes every check. */
    static boolean candidateReady(Observation observation) {
        return observation.servers().stream()
                .filter(server -> observation.holder().filter(server::equals).isEmpty())
                .anyMatch(server -> ready(checks(observation, server)));
    }

    private static ReadinessCheck power(Server server) {
        var power = server.power().name().toLowerCase(Locale.ROOT);
        return server.running() ? ReadinessCheck.pass("power", power) : ReadinessCheck.fail("power", "it is " + power);
    }

    private static ReadinessCheck zone(Observation observation, Server server) {
        return observation
                .holder()
                .map(holder -> holder.zone().equals(server.zone())
                        ? ReadinessCheck.pass("zone", server.zone())
                        : ReadinessCheck.fail(
                                "zone",
                                "it is in %s, and the interface cannot leave %s"
                                        .formatted(server.zone(), holder.zone())))
                .orElseGet(() -> ReadinessCheck.unknown("zone", "no server of the pair holds the interface"));
    }

    private static ReadinessCheck taint(Observation observation, Server server) {
        var since = Optional.ofNullable(observation.recorded().tainted().get(server.id()));
        return ReadinessCheck.of(
                "taint", since.map(it -> "its interface was detached by force at " + it), "not detached by force");
    }

    private static ReadinessCheck slot(Observation observation, Server server) {
        if (!server.roomForIt()) {
            return ReadinessCheck.fail("slot", "another interface is at device index 1");
        }
        var holds = observation.floating() instanceof Held held && held.holder().equals(server.id());
        return ReadinessCheck.pass("slot", "device index 1 " + (holds ? "holds the floating interface" : "is free"));
    }

    /** The function cannot correct it: the same permission would allow it to change the interface's security groups. */
    private static ReadinessCheck attachment(Observation observation, Server server) {
        if (!(observation.floating() instanceof Held held) || !held.holder().equals(server.id())) {
            return ReadinessCheck.pass("attachment", "it does not hold the floating interface");
        }
        return observation.endsWithHolder()
                ? ReadinessCheck.fail(
                        "attachment",
                        "EC2 would delete the interface together with it: aws ec2 modify-network-interface-attribute"
                                + " --network-interface-id ... --attachment AttachmentId=%s,DeleteOnTermination=false"
                                        .formatted(held.attachmentId()))
                : ReadinessCheck.pass("attachment", "the interface outlives it");
    }

    private static ReadinessCheck service(Server server) {
        return switch (server.health()) {
            case SERVES -> ReadinessCheck.pass("service", "answers at " + server.publicAddress());
            case FAILS, FAILS_FOR_LONG ->
                ReadinessCheck.fail("service", "does not answer at " + server.publicAddress());
            case UNSEEN -> ReadinessCheck.unknown("service", "the function does not probe it");
        };
    }

    private static ReadinessCheck watch(Observation observation, Server server, @Nullable LastHeartbeat heartbeat) {
        var limit = observation.now().minus(SILENCE);
        if (heartbeat != null && heartbeat.at().isAfter(limit)) {
            return ReadinessCheck.pass("watch", "last heartbeat at " + heartbeat.at());
        }
        if (observation.recordError() != null) {
            return ReadinessCheck.unknown("watch", "the record cannot be read");
        }
        if (server.power() != Power.RUNNING || server.launched().isAfter(limit)) {
            return ReadinessCheck.unknown("watch", "no heartbeat yet");
        }
        return ReadinessCheck.fail(
                "watch", heartbeat == null ? "no heartbeat at all" : "no heartbeat since " + heartbeat.at());
    }

    private static ReadinessCheck version(Observation observation, @Nullable LastHeartbeat heartbeat) {
        if (heartbeat == null) {
            return ReadinessCheck.unknown("version", "no heartbeat yet");
        }
        var others = observation.servers().stream()
                .map(server -> observation.recorded().heartbeats().get(server.id()))
                .filter(Objects::nonNull)
                .map(LastHeartbeat::version)
                .filter(version -> !version.equals(heartbeat.version()))
                .findFirst();
        return ReadinessCheck.of(
                "version",
                others.map(other -> "its user data is %s, the other server's %s".formatted(heartbeat.version(), other)),
                heartbeat.version());
    }

    private static ReadinessCheck clock(@Nullable LastHeartbeat heartbeat) {
        if (heartbeat == null) {
            return ReadinessCheck.unknown("clock", "no heartbeat yet");
        }
        var message = heartbeat.skew().toSeconds() + " s ahead of the function's";
        return heartbeat.skew().abs().compareTo(SKEW) > 0
                ? ReadinessCheck.fail("clock", message)
                : ReadinessCheck.pass("clock", message);
    }

    private static ReadinessCheck driver(@Nullable LastHeartbeat heartbeat) {
        if (heartbeat == null || heartbeat.driver().isEmpty()) {
            return ReadinessCheck.unknown("driver", "its ENA driver is not known");
        }
        return BAD_DRIVER.matcher(heartbeat.driver()).matches()
                ? ReadinessCheck.fail("driver", "ENA " + heartbeat.driver() + " can panic at a detach: 2.17.2 does not")
                : ReadinessCheck.pass("driver", "ENA " + heartbeat.driver());
    }

    private static ReadinessCheck units(@Nullable LastHeartbeat heartbeat) {
        if (heartbeat == null) {
            return ReadinessCheck.unknown("units", "no heartbeat yet");
        }
        return heartbeat.failedUnits().isEmpty()
                ? ReadinessCheck.pass("units", "none has failed")
                : ReadinessCheck.fail("units", "failed: " + heartbeat.failedUnits());
    }

    private static ReadinessCheck record(Observation observation) {
        return ReadinessCheck.of(
                "record",
                Optional.ofNullable(observation.recordError()).or(observation.recorded()::damage),
                "can be read");
    }

    private static ReadinessCheck rights(Observation observation) {
        var rights = observation.recorded().rights();
        if (rights == null) {
            return ReadinessCheck.unknown(RIGHTS, "not asked yet");
        }
        return rights.missing().isEmpty()
                ? ReadinessCheck.pass(RIGHTS, "complete at " + rights.at())
                : ReadinessCheck.fail(RIGHTS, rights.missing());
    }
}
