package io.enifailover.cdk.triggers;

import io.enifailover.cdk.function.ControllerFunction;
import io.enifailover.cdk.server.WebServer;
import io.enifailover.cdk.swap.InterfaceSwap;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What the triggers need.
 *
 * @param controller function that they call
 * @param primary    one server
 * @param standby    other server
 * @param swap       swap that attaches the interface before there is anything to detect, and detaches it after that
 */
@RecordBuilder
public record TriggersProps(ControllerFunction controller, WebServer primary, WebServer standby, InterfaceSwap swap) {

    /** Returns a builder. */
    public static TriggersPropsBuilder builder() {
        return TriggersPropsBuilder.builder();
    }
}
