package io.enifailover.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Tag;

/** The packaged command as a process of its own, with the deployed pair. */
@Timeout(180)
@TestMethodOrder(OrderAnnotation.class)
class CommandLineIT {
    private static final Path JAR = Path.of("target", "failover.jar").toAbsolutePath();

    @AutoClose
    private static Deployment deployment;

    private static DeployedStack stack;

    @AutoClose
    private static LocalServer service;

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .proxy(new ProxySelector() {
                @Override
                public List<Proxy> select(URI uri) {
                    var internet = deployment.internet().proxy();
                    return List.of(
                            new Proxy(Proxy.Type.HTTP, new InetSocketAddress(internet.getHost(), internet.getPort())));
                }

                @Override
                public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            })
            .build();

    private static String served = "";
    private static long lookedUp;
    private static RunningFunction controller;
    private static String primary;
    private static String standby;

    @TempDir
    private static Path home;

    private final List<Process> commands = new ArrayList<>();

    /** What a command has done. */
    private record Ran(int code, String out, String err) {
        JsonNode json() throws IOException {
            return new ObjectMapper().readTree(out);
        }
    }

    @BeforeAll
    static void deployTheStack() throws Exception {
        deployment = new Deployment();
        stack = deployment.stack();
        controller = deployment.controller();
        primary = stack.primary();
        standby = stack.standby();
        service = new LocalServer(CommandLineIT::asAClient);
    }

    @BeforeEach
    void startHealthyOnThePrimaryWithNothingRemembered() {
        deployment.emulator().detachTakes(Duration.ZERO);
        deployment.emulator().attachTakes(Duration.ZERO);
        deployment.internet().heal();
        deployment.proxy().reset();
        stack.ec2().startInstances(request -> request.instanceIds(primary, standby));
        if (!primary.equals(stack.holder())) {
            stack.moveAsSomebodyElse(primary);
        }
        deployment.emulator().detachTakes(Duration.ofMillis(300));
        deployment.emulator().attachTakes(Duration.ofMillis(200));
        var table = stack.output("TableName");
        stack.dynamoDb()
                .scan(request -> request.tableName(table))
                .items()
                .forEach(item -> stack.dynamoDb()
                        .deleteItem(request -> request.tableName(table)
                                .key(Map.of("pair", item.get("pair"), "item", item.get("item")))));
    }

    @AfterEach
    void endWhatATestHasLeftRunning() {
        commands.forEach(Process::destroyForcibly);
    }

    @Test
    void findsItsPairByItselfAndShowsIt() throws Exception {
        var status = failover("status");

        assertThat(status.err).isEmpty();
        assertThat(status.code).isZero();
        assertThat(status.out)
                .startsWith(" OK  The primary serves, and the standby is ready.\n")
                .contains("active   primary " + primary, "pair     EniFailover in us-east-1 · " + stack.interfaceId());

        var json = failover("status", "--json", "--stack", "EniFailover").json();
        assertThat(json.path("stack").asText()).isEqualTo("EniFailover");
        assertThat(json.at("/holder/id").asText()).isEqualTo(primary);
    }

    @Test
    void saysWhatIsWrongWithThePair() throws Exception {
        deployment.internet().makeSick(standby);

        assertThat(failover("status").out)
                .startsWith(" AT RISK  The primary serves, but the standby could not take over (service:");
        var preflight = failover("preflight");
        assertThat(preflight.code).isEqualTo(3);
        assertThat(preflight.out).startsWith(" NOT READY  1 of ").contains("\n✗ standby " + standby + ": service");
        var refused = failover("switch", "--yes");
        assertThat(refused.code).isEqualTo(3);
        assertThat(refused.err).startsWith("failover: kept: refused").contains("does not serve");
        assertThat(stack.holder()).isEqualTo(primary);
    }

    /** The last one: the emulated pair has one server from here on. */
    @Test
    @Order(Integer.MAX_VALUE)
    void saysThatAServerDoesNotExistAndHowToRebuildIt() throws Exception {
        stack.ec2().terminateInstances(request -> request.instanceIds(standby));

        assertThat(failover("status").out)
                .startsWith(" AT RISK  The primary serves, but the standby does not exist")
                .contains("standby  does not exist", "-c standbyGeneration=N");
        assertThat(failover("status", "--json").json().at("/missing/0/role").asText())
                .isEqualTo("standby");
        var preflight = failover("preflight");
        assertThat(preflight.code).isEqualTo(3);
        assertThat(preflight.out).contains("\n✗ servers: the standby does not exist; rebuild it");
    }

    @Test
    void passesItsPreflight() throws Exception {
        var preflight = failover("preflight");

        assertThat(preflight.code).isZero();
        assertThat(preflight.out).startsWith(" READY  A failover would work");
    }

    @Test
    void switchesAndTellsWhatHappened() throws Exception {
        assertThat(failover("switch", "--dry-run").out).isEqualTo("Would move it to " + standby + ".\n");
        assertThat(stack.holder()).isEqualTo(primary);

        var moved = failover("switch", "--to", "standby", "--yes");
        assertThat(moved.code).isZero();
        assertThat(moved.out)
                .startsWith("Moved to " + standby + ": ordered.\noutage ")
                .contains("detach", "attach");
        assertThat(stack.holder()).isEqualTo(standby);

        var again = failover("switch", "--to", "standby", "--yes");
        assertThat(again.code).isZero();
        assertThat(again.out).isEqualTo("The standby " + standby + " holds the interface already.\n");

        var history = failover("history");
        assertThat(history.out.lines().toList().get(1)).contains("switchover  standby");
        assertThat(history.out).contains("ordered (" + System.getProperty("user.name") + ")");
        assertThat(failover("history", "--json").json().at("/history/0/to").asText())
                .isEqualTo(standby);
    }

    @Test
    void holdsAndReleases() throws Exception {
        assertThat(failover("hold", "--for", "90m", "--reason", "kernel").out).contains("for 1 h 30 min: kernel.");

        assertThat(failover("status").out).startsWith(" ON HOLD  The primary serves; nothing moves by itself for 1 h");
        var drill = failover("drill", "--yes");
        assertThat(drill.code).isEqualTo(3);
        assertThat(drill.err)
                .startsWith("failover: on hold until ")
                .endsWith(" kernel; end it with failover release\n");

        assertThat(failover("release").code).isZero();
        assertThat(failover("status").out).startsWith(" OK ");
    }

    @Test
    void showsWhatTheFunctionHasLogged() throws Exception {
        failover("hold", "--for", "5m", "--reason", "to be found in the log");

        var logs = failover("logs", "--since", "5m");

        assertThat(logs.code).isZero();
        assertThat(logs.out.lines())
                .anySatisfy(line -> assertThat(line)
                        .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d  .*to be found in the log.*"));
    }

    @Test
    void writesALineForEachChange() throws Exception {
        var process = start(environment(), "status", "--watch");
        try (var lines = process.inputReader()) {
            assertThat(lines.readLine()).endsWith("  OK  The primary serves, and the standby is ready.");

            assertThat(controller.order("switchover").path("moved").asBoolean()).isTrue();
            for (var line = lines.readLine(); !line.endsWith("  OK  The standby serves, and the primary is ready."); ) {
                assertThat(line).contains("MOVING");
                line = lines.readLine();
            }
        }
    }

    @Test
    void drillsASwitchoverAndReportsIt(@TempDir Path folder) throws Exception {
        var page = folder.resolve("drill.html");

        var drill = failover("drill", "--yes", "--url", service.url() + "/healthz", "--report", page.toString());

        assertThat(drill.err).isEmpty();
        assertThat(drill.code).isZero();
        assertThat(drill.out).contains("the standby answers", "the primary is ready again", "\n OUTAGE  ");
        assertThat(stack.holder()).isEqualTo(standby);
        assertThat(Files.readString(page)).contains("Drill of EniFailover", standby);
    }

    @Test
    void drillsAStoppedInstanceAndStartsItAgain() throws Exception {
        var drill =
                start(environment(), "drill", "stop-instance", "--yes", "--json", "--url", service.url() + "/healthz");
        waitUntil(() -> !"running".equals(power(primary)));
        controller.answer(RunningFunction.stateChange(primary, "stopped"));

        var ran = end(drill);
        assertThat(ran.err).isEmpty();
        assertThat(ran.json().path("passed").asBoolean()).as(ran.out).isTrue();
        assertThat(ran.json().path("outageMilliseconds").asLong()).isGreaterThanOrEqualTo(500);
        assertThat(ran.json().path("phases").fieldNames()).toIterable().contains("detach", "attach", "serve");
        assertThat(ran.code).isZero();
        assertThat(stack.holder()).isEqualTo(standby);
        assertThat(power(primary)).isEqualTo("running");
    }

    /** Systems Manager is emulated, the servers are not: what the command would do to the service is done here. */
    @Test
    void drillsAStoppedServiceThroughSystemsManager() throws Exception {
        var drill = start(environment(), "drill", "stop-service", "--yes", "--url", service.url() + "/healthz");
        try (var lines = drill.inputReader()) {
            assertThat(lines.readLine()).endsWith("  stop-service: the service is stopped (primary)");
            deployment.internet().makeSick(primary);
            controller.answer(RunningFunction.report(standby));
            assertThat(lines.readLine()).endsWith("  the standby answers");
            assertThat(lines.readLine()).endsWith("  the service is started (primary)");
            deployment.internet().heal();
            assertThat(lines.readLine()).endsWith("  the primary is ready again");
            assertThat(lines.lines()).anyMatch(line -> line.startsWith(" OUTAGE "));
        }
        assertThat(drill.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(drill.exitValue()).isZero();
    }

    @Test
    void saysInOneLineWhatToDoWhenItCannotStart() throws Exception {
        assertFails(Map.of("AWS_REGION", ""), "no Region: pass --region", "status");
        assertFails(Map.of("AWS_ACCESS_KEY_ID", ""), "no AWS credentials: pass --profile", "status");
        assertFails(Map.of(), "no stack Shop in us-east-1: check --stack", "status", "--stack", "Shop");
        assertFails(Map.of(), "no pair in eu-west-1: pass --region or --stack", "status", "--region", "eu-west-1");
        assertFails(
                Map.of("AWS_ENDPOINT_URL", "http://localhost:1"),
                "AWS cannot be reached (Connection refused)",
                "status");
        deployment.proxy().takeTheTableDown();
        assertFails(Map.of(), "the function failed: ", "hold", "--for", "1h", "--reason", "x");
        assertThat(failover("status", "--colour").code).isEqualTo(2);
    }

    @Test
    void namesThePairsAmongWhichToChoose() throws Exception {
        try (var formation = CloudFormationClient.builder()
                .endpointOverride(deployment.emulator().endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            formation.createStack(request -> request.stackName("Another")
                    .tags(Tag.builder().key("Application").value("eni-failover").build())
                    .templateBody("""
                            {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
                             "Outputs": {"InterfaceId": {"Value": "eni-1"}, "FunctionName": {"Value": "f"}}}"""));
            try {
                assertFails(Map.of(), "2 pairs in us-east-1: pass --stack, one of Another, EniFailover", "status");
                assertThat(failover("status", "--stack", "EniFailover").code).isZero();
            } finally {
                formation.deleteStack(request -> request.stackName("Another"));
            }
        }
    }

    /** The stack's own policies allow no more than to describe this one stack. */
    @Test
    void tellsWhoeverMayNotSeeAllStacksToNameOne() throws Exception {
        var formation = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        formation.createContext("/", exchange -> {
            var denied = """
                    <ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: arn:aws:iam::123456789012:user/ann\
                     is not authorized to perform: cloudformation:DescribeStacks</Message></Error></ErrorResponse>""".getBytes(UTF_8);
            try (exchange) {
                exchange.sendResponseHeaders(403, denied.length);
                exchange.getResponseBody().write(denied);
            }
        });
        formation.start();
        try {
            assertFails(
                    Map.of(
                            "AWS_ENDPOINT_URL",
                            "http://localhost:" + formation.getAddress().getPort()),
                    "access denied: arn:aws:iam::123456789012:user/ann may not cloudformation:DescribeStacks; use another"
                            + " --profile, or ask for this right, or name the stack with --stack",
                    "status");
        } finally {
            formation.stop(0);
        }
    }

    @Test
    void completesItsCommands() throws Exception {
        assertThat(failover("generate-completion").out)
                .contains("complete -F _complete_failover", "switchover\" \"stop-service\" \"freeze\" \"stop-instance");
    }

    private void assertFails(Map<String, String> variables, String words, String... command) throws Exception {
        var environment = environment();
        environment.putAll(variables);
        environment.values().removeIf(String::isEmpty);
        var ran = end(start(environment, command));
        assertThat(ran.err).startsWith("failover: " + words);
        assertThat(ran.err.lines()).hasSize(1);
        assertThat(ran.out).isEmpty();
        assertThat(ran.code).isEqualTo(1);
    }

    private Ran failover(String... command) throws Exception {
        return end(start(environment(), command));
    }

    private static Ran end(Process process) throws Exception {
        try (var out = process.inputReader();
                var err = process.errorReader()) {
            var printed = String.join("", out.lines().map(line -> line + "\n").toList());
            var complained =
                    String.join("", err.lines().map(line -> line + "\n").toList());
            return new Ran(process.waitFor(), printed, complained);
        }
    }

    private Process start(Map<String, String> environment, String... command) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var arguments = new ArrayList<>(List.of(java, "-XX:TieredStopAtLevel=1", "-jar", JAR.toString()));
        arguments.addAll(List.of(command));
        var builder = new ProcessBuilder(arguments);
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment().putAll(environment);
        var process = builder.start();
        commands.add(process);
        return process;
    }

    private static Map<String, String> environment() {
        var environment = new HashMap<>(deployment.emulator().environment());
        environment.put("AWS_CONFIG_FILE", home.resolve("config").toString());
        environment.put(
                "AWS_SHARED_CREDENTIALS_FILE", home.resolve("credentials").toString());
        return environment;
    }

    /** Answers as the Elastic IP would, for a client on this machine. */
    private static void asAClient(HttpExchange exchange) throws IOException {
        try (exchange) {
            var server = server();
            if (!server.isEmpty()) {
                exchange.getResponseHeaders().set("X-Served-By", server);
                exchange.sendResponseHeaders(200, -1);
            }
        }
    }

    /** Who answers at the Elastic IP; looked up four times a second, since the emulated EC2 is slow. */
    private static synchronized String server() {
        if (System.nanoTime() - lookedUp > 250_000_000) {
            try {
                served = HTTP.send(
                                HttpRequest.newBuilder(URI.create(stack.output("ServiceUrl") + "healthz"))
                                        .build(),
                                BodyHandlers.discarding())
                        .headers()
                        .firstValue("X-Served-By")
                        .orElse("");
            } catch (IOException e) {
                served = "";
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            lookedUp = System.nanoTime();
        }
        return served;
    }

    private static String power(String server) {
        return stack.ec2().describeInstances(request -> request.instanceIds(server)).reservations().stream()
                .flatMap(reservation -> reservation.instances().stream())
                .findFirst()
                .orElseThrow()
                .state()
                .nameAsString();
    }

    private static void waitUntil(BooleanSupplier condition) throws InterruptedException {
        for (var end = Instant.now().plusSeconds(60); !condition.getAsBoolean(); Thread.sleep(100)) {
            assertThat(Instant.now()).isBefore(end);
        }
    }
}
