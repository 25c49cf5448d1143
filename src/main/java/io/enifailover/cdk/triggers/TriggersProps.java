package io.enifailover.cdk.triggers;

import io.enifailover.cdk.function.ControllerFunction;
import io.enifailover.cdk.server.ServerInstance;
import io.enifailover.cdk.swap.InterfaceSwap;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What the triggers need.
 *
 * @param controller function that they call
 * @param primary    one server
 * @param standby    other server
 * @param swap       swap, which is created before the triggers and deleted after them
 */
@RecordBuilder
public record TriggersProps(
        ControllerFunction controller, ServerInstance primary, ServerInstance standby, InterfaceSwap swap) {}
