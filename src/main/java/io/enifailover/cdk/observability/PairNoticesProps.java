package io.enifailover.cdk.observability;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What notices need.
 *
 * @param interfaceId interface whose moves are reported
 * @param instanceIds servers whose state changes are reported
 * @param email       address that has to confirm the subscription, or null
 */
@RecordBuilder
public record PairNoticesProps(
        String interfaceId,
        List<String> instanceIds,
        @Nullable String email) {

    public static PairNoticesPropsBuilder builder() {
        return PairNoticesPropsBuilder.builder();
    }
}
