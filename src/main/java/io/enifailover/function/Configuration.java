package io.enifailover.function;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the function is told about its pair, by its environment.
 *
 * @param interfaceId floating interface
 * @param stackId     stack that has created function and servers
 * @param tableName   table of the pair record
 * @param serviceUrl  health page at the Elastic IP, or null if the function cannot reach it: there is no witness then
 * @param policy      when to move
 * @param deadlines   how long a move may take
 * @param fencing     whether a failover stops the old holder
 */
record Configuration(
        String interfaceId,
        String stackId,
        String tableName,
        @Nullable URI serviceUrl,
        Policy policy,
        Deadlines deadlines,
        boolean fencing) {

    /**
     * @throws IllegalArgumentException in one line, for a variable that is missing or not usable
     */
    static Configuration from(Map<String, String> environment) {
        var url = environment.get("SERVICE_URL");
        var failback = environment.get("FAILBACK_AFTER");
        return new Configuration(
                required(environment, "INTERFACE_ID"),
                required(environment, "STACK_ID"),
                required(environment, "TABLE_NAME"),
                url == null ? null : URI.create(url),
                new Policy(
                        Duration.parse(required(environment, "COOL_DOWN")),
                        Integer.parseInt(required(environment, "FLAP_LIMIT")),
                        failback == null ? null : Duration.parse(failback)),
                deadlines(required(environment, "MOVE_DEADLINES")),
                required(environment, "FENCING").equals("stop"));
    }

    /** Seconds to detach, force, stop, attach, serve. */
    private static Deadlines deadlines(String text) {
        var seconds =
                Arrays.stream(text.split(",", -1)).mapToInt(Integer::parseInt).toArray();
        if (seconds.length != 5) {
            throw new IllegalArgumentException("MOVE_DEADLINES must be five numbers of seconds, got " + text);
        }
        return Deadlines.ofSeconds(seconds[0], seconds[1], seconds[2], seconds[3], seconds[4]);
    }

    private static String required(Map<String, String> environment, String name) {
        var value = environment.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " must be set, got nothing");
        }
        return value;
    }
}
