package io.enifailover;

import io.enifailover.protocol.Role;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Numbers to increase to rebuild a server. CloudFormation does not replace a terminated server by itself, because the template
 * has not changed; a higher number changes it.
 *
 * @param primary 1 to 999999; default 1
 * @param standby 1 to 999999; default 1
 */
@RecordBuilder
public record Generations(int primary, int standby) implements GenerationsBuilder.With {
    private static final int HIGHEST = 999_999;

    public Generations {
        require("primaryGeneration", primary);
        require("standbyGeneration", standby);
    }

    /** Returns the default, 1 for both. */
    public static Generations ofDefaults() {
        return builder().build();
    }

    /** Returns a builder with the defaults. */
    public static GenerationsBuilder builder() {
        return GenerationsBuilder.builder().primary(1).standby(1);
    }

    int of(Role role) {
        return role == Role.PRIMARY ? primary : standby;
    }

    private static void require(String setting, int generation) {
        if (generation < 1 || generation > HIGHEST) {
            throw new IllegalArgumentException(setting + " must be 1 to " + HIGHEST + ", got " + generation);
        }
    }
}
