package io.enifailover.cdk.server;

import static io.enifailover.app.Synthesis.resource;
import static io.enifailover.app.Synthesis.resources;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.enifailover.Nginx;
import io.enifailover.app.Synthesis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
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
    /** Writes what it is asked for to the file after -o, or to standard output. */
    private static final String CURL = """
                    output=/dev/stdout
                    for word; do
                        [ "${previous:-}" != -o ] || output=$word
                        previous=$word
                    done
                    case $* in
                    --version) echo 'curl 8.17.0 (x86_64-pc-linux-gnu)' ;;
                    */latest/api/token) echo token ;;
                    */meta-data/instance-id) echo i-0123456789abcdef0 ;;
                    */meta-data/local-ipv4) echo 10.0.0.77 ;;
                    */meta-data/mac) echo 02:aa:bb:cc:dd:ee ;;
                    */macs/02:aa:bb:cc:dd:ee/subnet-ipv4-cidr-block) echo 10.0.0.0/24 ;;
                    */iam/security-credentials/) echo server ;;
                    */iam/security-credentials/server)
                        echo '{"AccessKeyId" : "ASIA", "SecretAccessKey" : "secret", "Token" : "session"}' ;;
                    *.zip) cat >/dev/null; cp FILES "$output" ;;
                    *Action=DescribeNetworkInterfaces*)
                        cat >/dev/null
                        printf '<x>\\n<macAddress>02:11:22:33:44:55</macAddress>\\n</x>\\n' >"$output" ;;
                    *Action=SignalResource*) cat >CREDENTIALS ;;
                    */healthz) printf '200 i-0123456789abcdef0' ;;
                    esac""";

    /** Has the real curl sign, and sends what it has signed to a server of the test. */
    private static final String SIGNING_CURL = """
                    case $* in *--aws-sigv4*)
                        for word; do
                            shift
                            case $word in https://*) word=http://${word#https://} ;; esac
                            set -- "$@" "$word"
                        done
                        PATH=${PATH#*:}
                        exec curl --noproxy '*' --connect-to ::127.0.0.1:PORT "$@" ;;
                    esac
                    """ + CURL;

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
            "ip", IP,
            "curl", CURL);

    private static final String SHA_256_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

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
    void signalsSuccessForItsOwnResourceOnceTheServiceAnswersAsThisServer(String server) throws Exception {
        var calls = boot(server, Map.of());

        assertThat(calls)
                .containsSubsequence(
                        "curl -sS --fail --max-time 60 --config - --aws-sigv4 aws:amz:us-east-1:s3"
                                + " -H x-amz-content-sha256: " + SHA_256_OF_NOTHING
                                + " -H x-amz-expected-bucket-owner: 123456789012 -o " + root
                                + "/usr/local/lib/eni-failover.zip https://s3.us-east-1.amazonaws.com/"
                                + "cdk-hnb659fds-assets-123456789012-us-east-1/" + assetHash() + ".zip",
                        "networkctl reload",
                        "dnf install -y -q nginx",
                        "systemctl restart nginx",
                        "systemctl enable --now failover-activation failover-watch",
                        "curl -sk --connect-timeout 0.25 --max-time 2 -o /dev/null -w %{http_code} %{time_connect}"
                                + " %header{X-Served-By} http://127.0.0.1/healthz");
        assertThat(calls)
                .last(as(InstanceOfAssertFactories.STRING))
                .isEqualTo("curl -sS --fail --max-time 60 --config - --aws-sigv4 aws:amz:us-east-1:cloudformation"
                        + " -o /dev/null -d Action=SignalResource -d Version=2010-05-15 -d StackName=EniFailover"
                        + " -d LogicalResourceId=" + logicalId(server)
                        + " --data-urlencode UniqueId=i-0123456789abcdef0 -d Status=SUCCESS"
                        + " https://cloudformation.us-east-1.amazonaws.com/");
        assertThat(installed("credentials")).isEqualTo("""
                user = "ASIA:secret"
                header = "X-Amz-Security-Token: session"
                """);
    }

    /** Each service of AWS checks that a request is signed for itself, in its own Region, with all of the session. */
    @Test
    void signsEachCallForTheServiceThatItGoesTo() throws Exception {
        var requests = new ArrayList<SignedRequest>();
        var aws = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        aws.createContext("/", exchange -> {
            try (exchange) {
                var request = SignedRequest.of(exchange);
                requests.add(request);
                var answer = request.uri().getPath().endsWith(".zip")
                        ? Files.readAllBytes(root.resolve("files.zip"))
                        : "<x>\n<macAddress>02:11:22:33:44:55</macAddress>\n</x>\n".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        aws.start();
        var calls = boot(
                "PairPrimary",
                Map.of(
                        "curl",
                        SIGNING_CURL.replace(
                                "PORT", String.valueOf(aws.getAddress().getPort()))));
        aws.stop(0);

        assertThat(calls).last(as(InstanceOfAssertFactories.STRING)).contains("-d Status=SUCCESS");
        assertThat(requests.stream()
                        .map(request ->
                                request.headers().get("host") + " " + AwsSignature.signedFor(request.headers())))
                .containsExactly(
                        "s3.us-east-1.amazonaws.com us-east-1/s3",
                        "ec2.us-east-1.amazonaws.com us-east-1/ec2",
                        "cloudformation.us-east-1.amazonaws.com us-east-1/cloudformation");
        for (var request : requests) {
            assertThat(request.isSigned("secret")).as(request.toString()).isTrue();
            assertThat(request.isSigned("another secret"))
                    .as(request.toString())
                    .isFalse();
            assertThat(request.headers()).containsEntry("x-amz-security-token", "session");
            assertThat(request.headers().get("authorization")).contains(" Credential=ASIA/");
            assertThat(AwsSignature.signedHeaders(request.headers()))
                    .as(request.toString())
                    .contains("host")
                    .containsAll(request.headers().keySet().stream()
                            .filter(name -> name.startsWith("x-amz-"))
                            .toList());
        }
    }

    /** Header names in lower case. */
    private record SignedRequest(String method, URI uri, Map<String, String> headers, String body) {
        static SignedRequest of(HttpExchange exchange) throws IOException {
            return new SignedRequest(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI(),
                    exchange.getRequestHeaders().entrySet().stream()
                            .collect(Collectors.toMap(
                                    header -> header.getKey().toLowerCase(Locale.ROOT),
                                    header -> String.join(",", header.getValue()))),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        }

        boolean isSigned(String secret) throws GeneralSecurityException {
            return AwsSignature.isValid(method, uri, headers, body, secret);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    dnf       | echo 'no mirror'; exit 1                | install.sh: no mirror
                    ip        | true                                    | no default route
                    networkctl| exit 1                                  |
                    systemctl | test "$*" != 'restart nginx'            | install.sh:
                    systemctl | test "$*" != 'is-enabled --quiet systemd-networkd' | no systemd-networkd in the image
                    """)
    void signalsFailureWithItsReasonWhenAnythingBeforeThatWentWrong(
            String command, String broken, @Nullable String reason) throws Exception {
        var signal = failure(boot("PairPrimary", Map.of(command, broken)));

        assertThat(signal).contains(" UniqueId=i-0123456789abcdef0 " + (reason == null ? "" : reason));
        if (reason != null) {
            assertThat(installed("var/log/eni-failover-first-boot.log").strip()).contains(reason);
        }
    }

    /** CloudFormation takes at most 64 characters. */
    @Test
    void shortensTheReason() throws Exception {
        var signal = failure(boot("PairPrimary", Map.of("dnf", "echo \"Error: no $(seq -s x 99)\"; exit 7")));

        assertThat(signal).containsPattern("UniqueId=i-0123456789abcdef0 install.sh: Error: no 1x2x[0-9x]* -d Status");
        assertThat(signal.replaceAll(".*UniqueId=(.*) -d Status.*", "$1")).hasSizeLessThanOrEqualTo(64);
    }

    @ParameterizedTest
    @CsvSource({"7.83.1, true", "7.84.0, false", "7.88.1, false", "8.5.0, false", "10.0.0, false"})
    void needsACurlThatTellsWhoHasAnswered(String version, boolean refused) throws Exception {
        var calls = boot("PairPrimary", Map.of("curl", CURL.replace("8.17.0", version)));

        assertThat(calls.get(calls.size() - 1)).contains(refused ? "Status=FAILURE" : "Status=SUCCESS");
        if (refused) {
            assertThat(failure(calls)).contains("curl 7.83.1 in the image");
        }
    }

    /** Without the files nothing else happens, and a bucket that says no is asked for a minute. */
    @Test
    void signalsFailureWhenTheFilesCannotBeFetched() throws Exception {
        var calls = boot("PairPrimary", Map.of("curl", CURL.replace("*.zip)", "*.zip) exit 22;;\n*.nothing)")));

        assertThat(failure(calls)).contains("UniqueId=i-0123456789abcdef0 gave up: fetch_files");
        assertThat(calls.stream().filter(call -> call.endsWith(".zip"))).hasSize(30);
        assertThat(calls).noneMatch(call -> call.startsWith("dnf") || call.startsWith("networkctl"));
    }

    @Test
    void signalsFailureWhenAnotherServerAnswers() throws Exception {
        var asAnother = CURL.replace("200 i-0123456789abcdef0", "200 i-0fedcba987654321f");

        assertThat(failure(boot("PairPrimary", Map.of("curl", asAnother))))
                .contains("the service does not pass http://127.0.0.1/h");
    }

    private static String failure(List<String> calls) {
        var signals =
                calls.stream().filter(call -> call.contains("SignalResource")).toList();
        assertThat(signals).hasSize(1);
        assertThat(signals.get(0)).contains("-d Status=FAILURE");
        return signals.get(0);
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
    @CsvSource({"PairPrimary, primary, report-primary", "PairStandby, standby, report-standby"})
    void writesWhatTheServerHasToKnowIntoOneFile(String server, String role, String alias) throws Exception {
        boot(server, Map.of());

        assertThat(installed("etc/eni-failover/environment"))
                .isEqualTo("""
                        ROLE='%s'
                        INTERFACE_ID='eni-0123456789abcdef0'
                        FLOATING_ADDRESS='10.0.0.25'
                        FLOATING_HEALTH='http://10.0.0.25/healthz'
                        FLOATING_STATUSES='200-399'
                        OWN_HEALTH='http://127.0.0.1/healthz'
                        OWN_STATUSES='200-399'
                        SERVED_BY='X-Served-By'
                        INTERVAL='0.5'
                        TIMEOUT='0.5'
                        CONNECT_TIMEOUT='0.25'
                        FAILURES='3'
                        PAUSE='2'
                        SERVICE_UNITS='nginx'
                        FILES_URL='https://s3.us-east-1.amazonaws.com/cdk-hnb659fds-assets-123456789012-us-east-1/%s.zip'
                        VERSION='%s'
                        FUNCTION='failover-controller'
                        QUALIFIER='%s'
                        ACCOUNT='123456789012'
                        REGION='us-east-1'
                        STACK='EniFailover'
                        RESOURCE='%s'
                        INSTANCE_ID='i-0123456789abcdef0'
                        OWN_ADDRESS='10.0.0.77'
                        FLOATING_MAC='02:11:22:33:44:55'
                        SUBNET='10.0.0.0/24'
                        PREFIX_LENGTH='24'
                        GATEWAY='10.0.0.1'
                        MTU='9001'
                        """.formatted(role, assetHash(), FirstBoot.version(assetHash()), alias, logicalId(server)));
    }

    @Test
    void startsTheWatchWithThatFile() throws Exception {
        assertThat(boot("PairPrimary", Map.of())).contains("systemctl enable --now failover-activation failover-watch");

        assertThat(installed("etc/systemd/system/failover-watch.service")).contains("""
                        ExecStart=/bin/sh /usr/local/lib/eni-failover/failover-watch.sh
                        EnvironmentFile=/etc/eni-failover/environment
                        # Otherwise the journal tags its lines with sh.
                        SyslogIdentifier=failover-watch
                        """);
        var environment = installed("etc/eni-failover/environment");
        var watch = Path.of("src/main/resources/io/enifailover/cdk/server/failover-watch.sh");
        assertThat(root.resolve("usr/local/lib/eni-failover/failover-watch.sh"))
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
        assertThat(FirstBoot.version(assetHash())).matches("[0-9a-f]{12}").isNotEqualTo(FirstBoot.version("another"));
        for (var server : List.of("PairPrimary", "PairStandby")) {
            assertThat(userData(server)).contains("\nVERSION='" + FirstBoot.version(assetHash()) + "'\n");
        }
    }

    @Test
    void startsTheWatchAtThePaceAskedFor() {
        var script =
                userData(Synthesis.template(Map.of("probeInterval", "0.25", "failureThreshold", "5")), "PairStandby");

        assertThat(script)
                .contains("\nINTERVAL='0.25'\nTIMEOUT='0.5'\nCONNECT_TIMEOUT='0.25'\nFAILURES='5'\nPAUSE='4'\n");
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

        try (var nginx = RealNginx.start(installed("etc/nginx/nginx.conf"), root)) {
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
        return boot(server, broken, Nginx.welcomePage().install());
    }

    private List<String> boot(String server, Map<String, String> broken, Path install) throws Exception {
        var commands = Files.createDirectories(root.resolve("bin"));
        var log = root.resolve("calls");
        for (var directory : List.of("etc/systemd/network", "etc/systemd/system", "run", "var/log", "usr/local/lib")) {
            Files.createDirectories(root.resolve(directory));
        }
        var archive = archive(ServerFiles.directory(install));
        for (var standIn : STAND_INS.entrySet()) {
            var command = standIn.getKey();
            var body = broken.getOrDefault(command, standIn.getValue())
                    .replace("FILES", archive.toString())
                    .replace("CREDENTIALS", root.resolve("credentials").toString());
            var file = Files.writeString(
                    commands.resolve(command),
                    "#!/bin/sh\necho \"" + command + " $*\" >>'" + log + "'\n" + body + "\n");
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
        var script = Files.writeString(root.resolve("user-data.sh"), below(userData(server)));
        run(Map.of("PATH", commands + ":" + System.getenv("PATH")), "sh", script.toString());
        return Files.readAllLines(log);
    }

    /** Has a script find its files below the folder of the test. */
    private String below(String script) {
        return script.replaceAll("(?<![\\w.}/])/(etc|run|usr/local/lib|usr/share|var/log)/", root + "/$1/");
    }

    private Path archive(Path directory) throws IOException {
        var archive = root.resolve("files.zip");
        try (var files = Files.walk(directory);
                var zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry(directory.relativize(file).toString()));
                var content = Files.readString(file);
                zip.write(
                        (file.toString().endsWith("boot.sh") || file.endsWith("install.sh") ? below(content) : content)
                                .getBytes(StandardCharsets.UTF_8));
            }
        }
        return archive;
    }

    private static String assetHash() {
        var hash = Pattern.compile("/([0-9a-f]{64})\\.zip").matcher(userData("PairPrimary"));
        assertThat(hash.find()).isTrue();
        return hash.group(1);
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
