package io.enifailover.protocol;

/** How the command line finds a pair: by a tag of its stack and the names of the stack's outputs. */
public final class PairStack {
    public static final String TAG = "Application";
    public static final String TAG_VALUE = "eni-failover";

    public static final String FUNCTION_NAME = "FunctionName";
    public static final String INTERFACE_ID = "InterfaceId";
    public static final String SERVICE_NAME = "ServiceName";
    public static final String SERVICE_URL = "ServiceUrl";
    public static final String HEALTH_URL = "HealthUrl";

    /** Output with the service's health check, in the form that {@link HealthCheck#named} reads. */
    public static final String HEALTH_CHECK = "HealthCheck";

    public static final String LOG_GROUP_NAME = "LogGroupName";

    private PairStack() {}
}
