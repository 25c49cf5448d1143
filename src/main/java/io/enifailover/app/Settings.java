package io.enifailover.app;

import io.enifailover.FailoverPairProps;
import io.enifailover.Generations;
import io.enifailover.Network.NewVpc;
import io.enifailover.cdk.drill.DrillWindow;
import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.Fencing;
import io.enifailover.protocol.MoveDeadlines;
import io.enifailover.protocol.Probes;
import io.enifailover.protocol.Role;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;

/**
 * The application's settings, from the CDK context: {@code cdk.json}, or {@code -c key=value}.
 *
 * @param pair              the pair to provision
 * @param notificationEmail address that receives notices of moves, alarms and state changes of the servers, or null
 * @param drill             when a scheduled drill runs, or null for none
 */
record Settings(
        FailoverPairProps pair,
        @Nullable String notificationEmail,
        @Nullable DrillWindow drill) {
    static final List<String> KEYS = Stream.concat(
                    Stream.of(
                            "vpcCidr",
                            "zone",
                            "instanceType",
                            "floatingAddress",
                            "clientCidrs",
                            "notificationEmail",
                            "holder",
                            "probeInterval",
                            "failureThreshold",
                            "coolDown",
                            "flapLimit",
                            "failback",
                            "fencing",
                            "moveDeadlines",
                            "drill",
                            "primaryGeneration",
                            "standbyGeneration"),
                    ServiceSettings.KEYS.stream())
            .toList();

    /** The CDK's own context keys that look like settings. Its keys for feature flags and lookups contain other characters. */
    private static final Set<String> KEYS_OF_THE_CDK = Set.of("acknowledged-issue-numbers", "cli-telemetry");

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-]+");
    private static final Pattern EMAIL = Pattern.compile("[^@\\s]+@[^@\\s]+\\.[^@\\s]+");

    Settings {
        if (notificationEmail != null && !EMAIL.matcher(notificationEmail).matches()) {
            throw new IllegalArgumentException(
                    "notificationEmail must be an address such as ops@example.com, got " + notificationEmail);
        }
    }

    /**
     * Reads the settings. A missing setting has its default.
     *
     * @throws IllegalArgumentException with a one-line message, for an unknown key or a value that is not allowed
     */
    static Settings from(Map<String, Object> values) {
        values.keySet().forEach(Settings::refuseUnknown);
        var context = new Context(values);
        var defaults = NewVpc.ofDefaults();
        var pair = FailoverPairProps.builder().build();
        var holder = context.textOrNull("holder");
        return new Settings(
                FailoverPairProps.builder()
                        .network(new NewVpc(context.text("vpcCidr", defaults.vpcCidr()), context.textOrNull("zone")))
                        .instanceType(context.text("instanceType", pair.instanceType()))
                        .floatingAddress(context.textOrNull("floatingAddress"))
                        .service(ServiceSettings.from(context))
                        .clientCidrs(context.list("clientCidrs", pair.clientCidrs()))
                        .holder(holder == null ? null : Role.named("holder", holder))
                        .probes(probes(context))
                        .failover(failover(context))
                        .generations(generations(context))
                        .build(),
                context.textOrNull("notificationEmail"),
                drill(context.text("drill", "none")));
    }

    private static @Nullable DrillWindow drill(String window) {
        return window.equals("none") ? null : DrillWindow.of(window);
    }

    private static FailoverSettings failover(Context context) {
        var defaults = FailoverSettings.ofDefaults();
        var failback = context.wholeNumberUnless("manual", "failback");
        return FailoverSettings.builder()
                .coolDown(Duration.ofSeconds(
                        context.wholeNumber("coolDown", defaults.coolDown().toSeconds())))
                .flapLimit(context.wholeNumber("flapLimit", defaults.flapLimit()))
                .failbackAfter(failback == null ? null : Duration.ofMinutes(failback))
                .fencing(Fencing.named(
                        "fencing", context.text("fencing", defaults.fencing().toString())))
                .deadlines(MoveDeadlines.named(context.list("moveDeadlines", List.of())))
                .build();
    }

    private static Generations generations(Context context) {
        var defaults = Generations.ofDefaults();
        return new Generations(
                context.wholeNumber("primaryGeneration", defaults.primary()),
                context.wholeNumber("standbyGeneration", defaults.standby()));
    }

    private static Probes probes(Context context) {
        var defaults = Probes.ofDefaults();
        var interval = context.number("probeInterval", defaults.interval().toMillis() / 1000.0);
        return new Probes(
                Duration.ofMillis(interval.movePointRight(3).longValue()),
                context.wholeNumber("failureThreshold", defaults.failureThreshold()));
    }

    private static void refuseUnknown(String key) {
        if (!WORD.matcher(key).matches() || KEYS.contains(key) || KEYS_OF_THE_CDK.contains(key)) {
            return;
        }
        var nearest = KEYS.stream()
                .min(Comparator.comparing(
                        known -> LevenshteinDistance.getDefaultInstance().apply(key, known)));
        throw new IllegalArgumentException("unknown setting " + key + ", did you mean " + nearest.orElseThrow()
                + "? allowed: " + String.join(", ", KEYS));
    }
}
