package io.enifailover.cdk.access;

import io.enifailover.cdk.function.ControllerFunction;
import io.enifailover.cdk.server.ServerInstance;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What an operator gets access to.
 *
 * @param controller function that answers questions and orders
 * @param primary    one server
 * @param standby    other server
 */
@RecordBuilder
public record OperatorAccessProps(ControllerFunction controller, ServerInstance primary, ServerInstance standby) {

    public static OperatorAccessPropsBuilder builder() {
        return OperatorAccessPropsBuilder.builder();
    }
}
