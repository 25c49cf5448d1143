package io.enifailover.function;

import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import com.sun.net.httpserver.HttpServer;
import io.enifailover.protocol.Role;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The package as it is uploaded, run by AWS's runtime interface client, and an EC2 whose answers never change. */
final class PackagedFunction {
    private static final String HANDLER = "io.enifailover.function.ControllerHandler::handleRequest";

    /** What EC2 says of the servers. */
    static final String SERVERS = """
            <DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
            <reservationSet><item><instancesSet>
            """ + server(1, Role.PRIMARY) + server(2, Role.STANDBY) + """
            </instancesSet></item></reservationSet>
            </DescribeInstancesResponse>""";

    /** What EC2 says of the interface. */
    static final String ATTACHED_TO_THE_STANDBY = """
                <DescribeNetworkInterfacesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
                <networkInterfaceSet><item>
                  <networkInterfaceId>eni-0123456789abcdef0</networkInterfaceId>
                  <status>in-use</status>
                  <attachment>
                    <attachmentId>eni-attach-1</attachmentId>
                    <instanceId>i-00000000000000002</instanceId>
                    <deviceIndex>1</deviceIndex>
                    <status>attached</status>
                  </attachment>
                </item></networkInterfaceSet>
                </DescribeNetworkInterfacesResponse>""";

    private PackagedFunction() {}

    /**
     * A process that runs it, to be given the endpoints of AWS.
     *
     * @param prefix of the command
     */
    static ProcessBuilder process(List<String> prefix, RuntimeApi runtime, Path folder)
            throws IOException, URISyntaxException {
        var classpath = Stream.concat(Stream.of(jarOf(AWSLambda.class), jarOf(PojoSerializer.class)), jars().stream())
                .map(Path::toString)
                .toList();
        var command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                String.join(File.pathSeparator, classpath),
                "-Deni-failover.response-url=http://127\\.0\\.0\\.1:[0-9]+/answer",
                AWSLambda.class.getName(),
                HANDLER));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        var environment = builder.environment();
        environment.put("AWS_LAMBDA_RUNTIME_API", runtime.address());
        environment.put("AWS_LAMBDA_FUNCTION_NAME", "controller");
        environment.put("AWS_LAMBDA_FUNCTION_VERSION", "1");
        environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024");
        environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "group");
        environment.put("AWS_LAMBDA_LOG_STREAM_NAME", "stream");
        environment.put("LAMBDA_TASK_ROOT", folder.toString());
        environment.put("AWS_REGION", "us-east-1");
        environment.put("AWS_ACCESS_KEY_ID", "test");
        environment.put("AWS_SECRET_ACCESS_KEY", "test");
        environment.put("INTERFACE_ID", "eni-0123456789abcdef0");
        environment.put("STACK_ID", "stack");
        environment.put("TABLE_NAME", "pair");
        environment.put("COOL_DOWN", "PT60S");
        environment.put("FLAP_LIMIT", "3");
        environment.put("MOVE_DEADLINES", "detach=15,force=15,stop=40,attach=30,serve=30");
        environment.put("FENCING", "none");
        return builder;
    }

    private static String server(int number, Role role) {
        return """
                <item>
                  <instanceId>i-0000000000000000%d</instanceId>
                  <instanceState><code>16</code><name>running</name></instanceState>
                  <launchTime>2026-01-01T00:00:00Z</launchTime>
                  <tagSet>
                    <item><key>eni-failover:interface</key><value>eni-0123456789abcdef0</value></item>
                    <item><key>eni-failover:role</key><value>%s</value></item>
                    <item><key>aws:cloudformation:stack-id</key><value>stack</value></item>
                  </tagSet>
                </item>""".formatted(number, role);
    }

    static HttpServer serving(UnaryOperator<String> answer, IntSupplier status) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                var request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                var body = answer.apply(request).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status.getAsInt(), body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        return server;
    }

    static String url(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    static List<Path> jars() throws IOException, URISyntaxException {
        try (var jars = Files.list(jarOf(SwapHandler.class).resolve("function/lib"))) {
            return jars.sorted().toList();
        }
    }

    private static Path jarOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
