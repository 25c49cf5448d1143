package io.enifailover.protocol;

/** How the command line finds a pair: by a tag of its stack and the names of the stack's outputs. */
public final class PairStack {
    public static final String TAG = "Application";
    public static final String TAG_VALUE = "eni-failover";

    /** Output with the name of the controller. */
    public static final String FUNCTION_NAME = "FunctionName";

    /** Output with the id of the floating interface. */
    public static final String INTERFACE_ID = "InterfaceId";

    /** Output with the name of the service. */
    public static final String SERVICE_NAME = "ServiceName";

    /** Output with the URL of the service. */
    public static final String SERVICE_URL = "ServiceUrl";

    /** Output with the URL of the service's health check. */
    public static final String HEALTH_URL = "HealthUrl";

    /** Output with the service's health check, in the form that {@link HealthCheck#named} reads. */
    public static final String HEALTH_CHECK = "HealthCheck";

    /** Output with the name of the controller's log group. */
    public static final String LOG_GROUP_NAME = "LogGroupName";

    private PairStack() {}
}
