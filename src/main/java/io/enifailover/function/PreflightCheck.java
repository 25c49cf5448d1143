package io.enifailover.function;

import io.enifailover.protocol.FailoverSettings;
import java.util.ArrayList;
import java.util.List;

/** Says whether a failover would work: each thing that it needs, without doing any of it. */
final class PreflightCheck {
    private final Permissions permissions;
    private final Policy policy;

    PreflightCheck(FailoverSettings settings, Collaborators pair) {
        permissions = new Permissions(pair.eni(), pair.servers());
        policy = new Policy(settings);
    }

    List<Check> of(Observation seen) {
        var checks = new ArrayList<Check>();
        checks.add(
                seen.holder().isPresent()
                        ? Check.pass("holder", "the interface is " + seen.floating())
                        : Check.fail("holder", "no server of the pair holds the interface: it is " + seen.floating()));
        checks.add(
                switch (seen.service()) {
                    case SERVES -> Check.pass("service", "answers through the Elastic IP");
                    case FAILS, FAILS_FOR_LONG -> Check.fail("service", "does not answer through the Elastic IP");
                    case UNSEEN -> Check.unknown("service", "the function cannot see it: clientCidrs leaves it out");
                });
        checks.addAll(servers(seen));
        for (var server : seen.servers()) {
            Readiness.checks(seen, server).stream()
                    // What came of it minutes ago: it is asked anew below.
                    .filter(check -> !check.name().equals(Readiness.RIGHTS))
                    .map(check -> new Check(server + ": " + check.name(), check.state(), check.detail()))
                    .forEach(checks::add);
        }
        checks.addAll(permissions.checks(seen));
        checks.add(Check.of(
                "hold",
                seen.memory().holdAt(seen.now()).map(hold -> "until " + hold.until() + ": " + hold.reason()),
                "none"));
        checks.add(Check.of(
                "damping", policy.damping(seen).map(Decision.Keep::reason), "neither cool-down nor flap limit"));
        return checks;
    }

    private static List<Check> servers(Observation seen) {
        var missing = seen.missing();
        if (!missing.isEmpty()) {
            return missing.stream()
                    .map(server -> Check.fail("servers", server + "; " + server.remedy()))
                    .toList();
        }
        var count = seen.servers().size();
        return List.of(count == 2 ? Check.pass("servers", "there are 2") : Check.fail("servers", "there are " + count));
    }
}
