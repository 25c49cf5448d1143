package io.enifailover.cdk.server;

import static io.enifailover.app.Synthesis.resource;
import static io.enifailover.app.Synthesis.resources;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.app.Synthesis;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the user data of the template: the real script by the real shell, with files below a folder of its own, and with
 * stand-ins on the PATH for what only a server has.
 */
class FirstBootTest {
    private static final String CURL = """
                    case $* in
                    */latest/api/token) echo token ;;
                    */meta-data/instance-id) echo i-0123456789abcdef0 ;;
                    */meta-data/mac) echo 02:aa:bb:cc:dd:ee ;;
                    */macs/02:aa:bb:cc:dd:ee/subnet-ipv4-cidr-block) echo 10.0.0.0/24 ;;
                    */healthz) printf 'HTTP/1.1 200 OK\\r\\nX-Served-By: i-0123456789abcdef0\\r\\n' ;;
                    esac""";

    private static final String IP = """
                    case $* in
                    '-4 route show default') echo 'default via 10.0.0.1 dev ens5 proto dhcp src 10.0.0.77 metric 512' ;;
                    '-o link show dev ens5') echo '2: ens5: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9001 qdisc mq state UP' ;;
                    esac""";

    private static final Map<String, String> STAND_INS = Map.of(
            "dnf", "",
            "sleep", "",
            "systemctl", "",
            "networkctl", "",
            "cfn-signal", "",
            "aws", "echo 02:11:22:33:44:55",
            "ip", IP,
            "curl", CURL);

    private static JsonNode template;

    @TempDir
    Path root;

    @BeforeAll
    static void synthesize() {
        template = Synthesis.template(Map.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PairPrimary", "PairStandby"})
    void fitsIntoUserData(String server) {
        assertThat(userData(server).getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(16 * 1024);
    }

    /** CloudFormation makes a question mark of anything else. */
    @ParameterizedTest
    @ValueSource(strings = {"PairPrimary", "PairStandby"})
    void isPlainAscii(String server) {
        assertThat(userData(server).chars()).allMatch(character -> character < 128);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PairPrimary", "PairStandby"})
    void isCleanShell(String server) throws Exception {
        Tools.assumeInstalled("shellcheck");
        var script = Files.writeString(root.resolve("user-data.sh"), userData(server));

        assertThat(run(Map.of(), "shellcheck", script.toString())).isEqualTo("exit 0\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PairPrimary", "PairStandby"})
    void signalsSuccessForItsOwnResourceOnceNginxAnswersAsThisServer(String server) throws Exception {
        var calls = boot(server, Map.of());

        assertThat(calls)
                .containsSubsequence(
                        "dnf install -y -q aws-cfn-bootstrap",
                        "dnf install -y -q nginx",
                        "networkctl reload",
                        "systemctl restart nginx",
                        "curl -sS --max-time 2 -D - -o /dev/null http://127.0.0.1/healthz",
                        "cfn-signal --exit-code 0 --region us-east-1 --stack EniFailover --resource "
                                + logicalId(server));
        assertThat(calls.get(calls.size() - 1)).startsWith("cfn-signal");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    dnf       | exit 1
                    aws       | exit 255
                    ip        | true
                    networkctl| exit 1
                    systemctl | test "$*" != 'restart nginx'
                    curl      | exit 7
                    """)
    void signalsFailureWhenAnythingBeforeThatWentWrong(String command, String broken) throws Exception {
        var signals = boot("PairPrimary", Map.of(command, broken)).stream()
                .filter(call -> call.startsWith("cfn-signal"))
                .toList();

        assertThat(signals).hasSize(1).first().asString().matches("cfn-signal --exit-code [1-9]\\d* .*");
    }

    /** The standard image lacks cfn-signal, so it has to be there before anything else can go wrong. */
    @Test
    void installsTheSignalBeforeWhatMayFail() throws Exception {
        assertThat(boot("PairPrimary", Map.of("dnf", "case $* in *nginx*) exit 1 ;; esac")))
                .startsWith("dnf install -y -q aws-cfn-bootstrap", "dnf install -y -q nginx")
                .last(as(InstanceOfAssertFactories.STRING))
                .matches("cfn-signal --exit-code [1-9]\\d* .*");
    }

    @Test
    void findsTheSignalInTheFolderThatTheDocumentationNames() throws Exception {
        assertThat(userData("PairPrimary")).contains("\nPATH=$PATH:/opt/aws/bin\n");
        assertThat(boot("PairPrimary", Map.of(), "opt/aws/bin/"))
                .last(as(InstanceOfAssertFactories.STRING))
                .startsWith("cfn-signal --exit-code 0 ");
    }

    @Test
    void signalsFailureWhenAnotherServerAnswers() throws Exception {
        var asAnother = CURL.replace("X-Served-By: i-0123456789abcdef0", "X-Served-By: i-0fedcba987654321f");

        assertThat(boot("PairPrimary", Map.of("curl", asAnother)))
                .anyMatch(call -> call.startsWith("cfn-signal --exit-code 1 "));
    }

    @ParameterizedTest
    @CsvSource({"PairPrimary, Primary Server", "PairStandby, Secondary Server"})
    void greetsAsItsRole(String server, String title) throws Exception {
        boot(server, Map.of());

        assertThat(installed("usr/share/nginx/html/index.html"))
                .contains("Welcome to nginx on " + title)
                .contains("i-0123456789abcdef0")
                .doesNotContain("@");
    }

    @Test
    void preparesTheNetworkOfTheFloatingInterfaceByItsMac() throws Exception {
        boot("PairStandby", Map.of());

        assertThat(installed("etc/systemd/network/05-floating.network").replaceAll("(?m)^(#.*)?\n", ""))
                .isEqualTo("""
                        [Match]
                        MACAddress=02:11:22:33:44:55
                        [Link]
                        RequiredForOnline=no
                        MTUBytes=9001
                        [Network]
                        DHCP=no
                        IPv6AcceptRA=no
                        LinkLocalAddressing=no
                        [Address]
                        Address=10.0.0.25/24
                        AddPrefixRoute=no
                        [Route]
                        Destination=10.0.0.0/24
                        Scope=link
                        Table=10001
                        [Route]
                        Gateway=10.0.0.1
                        GatewayOnLink=yes
                        Table=10001
                        [RoutingPolicyRule]
                        From=10.0.0.25/32
                        Table=10001
                        Priority=10001
                        """);
    }

    @Test
    void letsSystemdRestartNginxForEver() throws Exception {
        boot("PairPrimary", Map.of());

        assertThat(installed("etc/systemd/system/nginx.service.d/failover.conf"))
                .contains("StartLimitIntervalSec=0", "Restart=always");
    }

    @Test
    void keepsNginxAwayFromTheInstanceMetadata() throws Exception {
        boot("PairPrimary", Map.of());

        assertThat(installed("etc/systemd/system/nginx.service.d/failover.conf"))
                .contains("\nIPAddressDeny=169.254.169.254\n", "\nNoNewPrivileges=yes\n", "\nProtectSystem=full\n");
    }

    @ParameterizedTest
    @CsvSource({"PairPrimary, Primary Server, report-primary", "PairStandby, Secondary Server, report-standby"})
    void writesWhatTheServerHasToKnowIntoOneFile(String server, String title, String alias) throws Exception {
        boot(server, Map.of());

        assertThat(installed("etc/eni-failover/environment"))
                .isEqualTo("""
                        TITLE='%s'
                        INTERFACE_ID='eni-0123456789abcdef0'
                        FLOATING_ADDRESS='10.0.0.25'
                        FLOATING_HEALTH='http://10.0.0.25/healthz'
                        OWN_HEALTH='http://127.0.0.1/healthz'
                        HEALTH_PORT='80'
                        HEALTH_PATH='/healthz'
                        SERVED_BY='X-Served-By'
                        INTERVAL='1.0'
                        TIMEOUT='0.5'
                        FAILURES='3'
                        VERSION='%s'
                        FUNCTION='failover-controller'
                        QUALIFIER='%s'
                        REGION='us-east-1'
                        STACK='EniFailover'
                        RESOURCE='%s'
                        INSTANCE_ID='i-0123456789abcdef0'
                        FLOATING_MAC='02:11:22:33:44:55'
                        SUBNET='10.0.0.0/24'
                        PREFIX_LENGTH='24'
                        GATEWAY='10.0.0.1'
                        MTU='9001'
                        """.formatted(title, FirstBoot.version(), alias, logicalId(server)));
    }

    @Test
    void startsTheWatchWithThatFile() throws Exception {
        assertThat(boot("PairPrimary", Map.of())).contains("systemctl enable --now failover-watch");

        assertThat(installed("etc/systemd/system/failover-watch.service")).contains("""
                        ExecStart=/bin/sh /usr/local/lib/failover-watch.sh
                        EnvironmentFile=/etc/eni-failover/environment
                        # Otherwise the journal tags its lines with sh.
                        SyslogIdentifier=failover-watch
                        """);
        var environment = installed("etc/eni-failover/environment");
        var watch = Path.of("src/main/resources/io/enifailover/cdk/server/failover-watch.sh");
        assertThat(root.resolve("usr/local/lib/failover-watch.sh"))
                .hasSameTextualContentAs(watch, StandardCharsets.UTF_8);
        assertThat(Pattern.compile("\\$\\{([A-Z_]+):\\?}")
                        .matcher(Files.readString(watch))
                        .results()
                        .map(needed -> needed.group(1)))
                .isNotEmpty()
                .allMatch(needed -> environment.contains("\n" + needed + "='"));
    }

    @Test
    void leavesNoPlaceholder() throws Exception {
        boot("PairPrimary", Map.of());

        for (var file : List.of(
                "etc/systemd/network/05-floating.network",
                "etc/systemd/system/nginx.service.d/failover.conf",
                "etc/systemd/system/failover-watch.service",
                "etc/nginx/nginx.conf",
                "usr/share/nginx/html/index.html")) {
            assertThat(installed(file)).as(file).doesNotContainPattern("@[A-Z_]+@");
        }
    }

    @Test
    void namesOneVersionForBothServersThatTheScriptOfEachHolds() {
        assertThat(FirstBoot.version()).matches("[0-9a-f]{12}");
        for (var server : List.of("PairPrimary", "PairStandby")) {
            assertThat(userData(server)).contains("\nVERSION='" + FirstBoot.version() + "'\n");
        }
    }

    @Test
    void startsTheWatchAtThePaceAskedFor() {
        var script =
                userData(Synthesis.template(Map.of("probeInterval", "0.5", "failureThreshold", "5")), "PairStandby");

        assertThat(script).contains("\nINTERVAL='0.5'\nTIMEOUT='0.25'\nFAILURES='5'\n");
    }

    @Test
    void installsUnitsThatSystemdUnderstands() throws Exception {
        Tools.assumeInstalled("systemd-analyze");
        boot("PairStandby", Map.of());
        var unit = root.resolve("etc/systemd/system/failover-watch.service");
        Files.writeString(unit, Files.readString(unit).replace("/usr/local/lib/", root + "/usr/local/lib/"));

        assertThat(run(Map.of(), "systemd-analyze", "verify", "--man=no", unit.toString()))
                .isEqualTo("exit 0\n");
    }

    /** Of 100, where everything is allowed, as systemd counts. */
    @Test
    void exposesTheWatchToLittle() throws Exception {
        Tools.assumeInstalled("systemd-analyze");
        boot("PairStandby", Map.of());
        var unit = root.resolve("etc/systemd/system/failover-watch.service").toString();

        assertThat(run(Map.of(), "systemd-analyze", "security", "--no-pager", "--offline=yes", "--threshold=15", unit))
                .endsWith("exit 0\n");
    }

    /** The floating address is not on this machine: nginx starts all the same, and answers on every address it has. */
    @Test
    void servesWithARealNginxThatDoesNotHoldTheFloatingAddress() throws Exception {
        boot("PairPrimary", Map.of());

        try (var nginx = Nginx.start(installed("etc/nginx/nginx.conf"), root)) {
            var health = nginx.get("/healthz");
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(health.headers().firstValue("X-Served-By")).contains("i-0123456789abcdef0");
            assertThat(nginx.get("/").body()).contains("Welcome to nginx on Primary Server");
            assertThat(nginx.get("/nothing").headers().firstValue("X-Served-By"))
                    .contains("i-0123456789abcdef0");
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {"plain,'plain'", "$(reboot); `x`,'$(reboot); `x`'", "it's,'it'\\''s'"})
    void makesOneShellWordOfAnyValue(String value, String word) throws Exception {
        assertThat(FirstBoot.quoted(value)).isEqualTo(word);
        assertThat(run(Map.of(), "sh", "-c", "printf %s " + word)).isEqualTo(value + "exit 0\n");
    }

    /** Returns the commands that the stand-ins were called with, in order. */
    private List<String> boot(String server, Map<String, String> broken) throws Exception {
        return boot(server, broken, "bin/");
    }

    /**
     * @param signal folder of cfn-signal
     */
    private List<String> boot(String server, Map<String, String> broken, String signal) throws Exception {
        var commands = Files.createDirectories(root.resolve("bin"));
        var log = root.resolve("calls");
        Files.createDirectories(root.resolve(signal));
        for (var standIn : STAND_INS.entrySet()) {
            var command = standIn.getKey();
            var body = broken.getOrDefault(command, standIn.getValue());
            var file = Files.writeString(
                    command.equals("cfn-signal") ? root.resolve(signal + command) : commands.resolve(command),
                    "#!/bin/sh\necho \"" + command + " $*\" >>'" + log + "'\n" + body + "\n");
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
        var script = Files.writeString(
                root.resolve("user-data.sh"),
                userData(server)
                        .replace("install_file /", "install_file " + root + "/")
                        .replace("environment=/etc", "environment=" + root + "/etc")
                        .replace("/opt/aws/bin", root + "/opt/aws/bin"));
        run(Map.of("PATH", commands + ":" + System.getenv("PATH")), "sh", script.toString());
        return Files.readAllLines(log);
    }

    private String installed(String path) throws IOException {
        return Files.readString(root.resolve(path));
    }

    private static String logicalId(String server) {
        return resources(template, "AWS::EC2::Instance").keySet().stream()
                .filter(id -> id.startsWith(server))
                .findFirst()
                .orElseThrow();
    }

    /** Returns the user data as EC2 would receive it: with the references filled in. */
    private static String userData(String server) {
        return userData(template, server);
    }

    private static String userData(JsonNode template, String server) {
        var parts = resource(template, "AWS::EC2::Instance", server).at("/Properties/UserData/Fn::Base64/Fn::Join/1");
        return parts.valueStream()
                .map(part -> part.isTextual()
                        ? part.asText()
                        : switch (part.toString()) {
                            case "{\"Fn::GetAtt\":[\"PairFloatingInterface7D70B22F\",\"Id\"]}" ->
                                "eni-0123456789abcdef0";
                            case "{\"Fn::GetAtt\":[\"PairFloatingInterface7D70B22F\",\"PrimaryPrivateIpAddress\"]}" ->
                                "10.0.0.25";
                            case "{\"Ref\":\"PairControllerFunction06C4B04D\"}" -> "failover-controller";
                            default -> throw new AssertionError("unexpected reference " + part);
                        })
                .collect(Collectors.joining());
    }

    /** Returns what the command printed and its exit code. */
    private static String run(Map<String, String> environment, String... command) throws Exception {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        var process = builder.start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return output + "exit " + process.waitFor() + "\n";
    }
}
