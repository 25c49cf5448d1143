package io.enifailover.cdk.function;

import io.enifailover.cdk.floating.FloatingInterface;
import io.enifailover.protocol.FailoverSettings;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What a controller needs.
 *
 * @param floating  interface that it moves
 * @param openToAll whether every client may reach the pair; only then can the function check the service
 * @param failover  when and how it moves
 */
@RecordBuilder
public record ControllerFunctionProps(FloatingInterface floating, boolean openToAll, FailoverSettings failover) {}
