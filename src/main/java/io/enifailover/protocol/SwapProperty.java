package io.enifailover.protocol;

/** The names of the properties that CloudFormation passes to the function with the custom resource. */
public final class SwapProperty {
    public static final String INTERFACE_ID = "InterfaceId";
    public static final String PRIMARY_ID = "PrimaryId";
    public static final String STANDBY_ID = "StandbyId";

    /** Absent if a live holder is to be left alone. */
    public static final String HOLDER = "Holder";

    /** Absent if the function cannot reach the service as clients do. */
    public static final String WITNESSED_SERVICE = "WitnessedService";

    private SwapProperty() {}
}
