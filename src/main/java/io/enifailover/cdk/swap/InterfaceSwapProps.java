package io.enifailover.cdk.swap;

import io.enifailover.cdk.floating.FloatingInterface;
import io.enifailover.cdk.server.ServerInstance;
import io.enifailover.protocol.Role;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.lambda.IAlias;

/**
 * What a swap needs.
 *
 * @param controller alias for CloudFormation of the function that moves the interface
 * @param floating   interface that is swapped
 * @param primary    server that holds it first
 * @param standby    other server
 * @param holder     server that the deployer asks for, or null to leave a live holder alone
 * @param openToAll  whether every client may reach the pair; only then can the function verify that the address serves
 */
@RecordBuilder
public record InterfaceSwapProps(
        IAlias controller,
        FloatingInterface floating,
        ServerInstance primary,
        ServerInstance standby,
        @Nullable Role holder,
        boolean openToAll) {}
