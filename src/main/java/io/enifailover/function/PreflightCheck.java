package io.enifailover.function;

import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.ReadinessCheck;
import java.util.ArrayList;
import java.util.List;

/** Checks everything that a failover needs, without changing anything. */
final class PreflightCheck {
    private final Permissions permissions;
    private final Policy policy;

    PreflightCheck(FailoverSettings settings, Collaborators pair) {
        permissions = new Permissions(pair.eni(), pair.servers());
        policy = new Policy(settings);
    }

    List<ReadinessCheck> of(Observation observation) {
        var checks = new ArrayList<ReadinessCheck>();
        checks.add(
                observation.holder().isPresent()
                        ? ReadinessCheck.pass("holder", "the interface is " + observation.floating())
                        : ReadinessCheck.fail(
                                "holder",
                                "no server of the pair holds the interface: it is " + observation.floating()));
        checks.add(
                switch (observation.service()) {
                    case SERVES -> ReadinessCheck.pass("service", "answers through the Elastic IP");
                    case FAILS, FAILS_FOR_LONG ->
                        ReadinessCheck.fail("service", "does not answer through the Elastic IP");
                    case UNSEEN ->
                        ReadinessCheck.unknown("service", "there is no witness: clientCidrs excludes the function");
                });
        checks.addAll(servers(observation));
        for (var server : observation.servers()) {
            Readiness.checks(observation, server).stream()
                    // The recorded result may be old; the check is made again below.
                    .filter(check -> !check.name().equals(Readiness.RIGHTS))
                    .map(check -> new ReadinessCheck(server + ": " + check.name(), check.state(), check.detail()))
                    .forEach(checks::add);
        }
        checks.addAll(permissions.checks(observation));
        checks.add(ReadinessCheck.of(
                "hold",
                observation
                        .recorded()
                        .holdAt(observation.now())
                        .map(hold -> "until " + hold.until() + ": " + hold.reason()),
                "none"));
        checks.add(ReadinessCheck.of(
                "damping", policy.damping(observation).map(Decision.Keep::reason), "neither cool-down nor flap limit"));
        return checks;
    }

    private static List<ReadinessCheck> servers(Observation observation) {
        var missing = observation.missing();
        if (!missing.isEmpty()) {
            return missing.stream()
                    .map(server -> ReadinessCheck.fail("servers", server + "; " + server.remedy()))
                    .toList();
        }
        var count = observation.servers().size();
        return List.of(
                count == 2
                        ? ReadinessCheck.pass("servers", "there are 2")
                        : ReadinessCheck.fail("servers", "there are " + count));
    }
}
