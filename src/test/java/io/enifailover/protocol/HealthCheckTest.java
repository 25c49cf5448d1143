package io.enifailover.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HealthCheckTest {
    @ParameterizedTest
    @CsvSource({
        "http:80/healthz, http://192.0.2.1/healthz",
        "http:8080/, http://192.0.2.1:8080/",
        "https:443/health, https://192.0.2.1/health",
        "https:80/health, https://192.0.2.1:80/health",
        "https:8443/health=200-204, https://192.0.2.1:8443/health",
        "tcp:5432, tcp://192.0.2.1:5432",
        "tcp:80, tcp://192.0.2.1:80"
    })
    void hasAUrlAndIsReadFromItsText(String text, String url) {
        var check = HealthCheck.named("healthCheck", text);

        assertThat(check).hasToString(text);
        assertThat(check.urlAt("192.0.2.1")).isEqualTo(url);
        assertThat(new Endpoint(check, "192.0.2.1")).hasToString(url);
    }

    /** The CDK knows the addresses of a pair only as tokens, which are not part of any valid URL. */
    @Test
    void takesATokenForAnAddress() {
        assertThat(HealthCheck.http(8080, "/up").urlAt("${Token[Address.7]}"))
                .isEqualTo("http://${Token[Address.7]}:8080/up");
    }

    @ParameterizedTest
    @CsvSource({"199, false", "200, true", "302, true", "399, true", "400, false", "503, false"})
    void takesSuccessAndRedirectionsForSuccess(int status, boolean success) {
        assertThat(HealthCheck.http(8080, "/").statuses().contain(status)).isEqualTo(success);
    }

    @Test
    void takesOtherStatusesForSuccessIfAsked() {
        var check = HealthCheck.https(8443, "/up").withStatuses(200, 200);

        assertThat(check).hasToString("https:8443/up=200-200");
        assertThat(check.statuses().contain(201)).isFalse();
        assertThat(HealthCheck.named("healthCheck", check.toString())).isEqualTo(check);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http",
                "80",
                "ftp:21",
                "http://192.0.2.1/",
                "tcp:123456",
                "http:80/a b",
                "http:80/x=200",
                "tcp:\u0007"
            })
    void isNoOtherText(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.named("healthCheck", text))
                .withMessage("healthCheck must be such as http:8080/health, https:443/health=200-299 or tcp:5432, got "
                        + SafeText.received(text));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65_536})
    void hasATcpPort(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.tcp(port))
                .withMessage("port of a health check must be 1 to 65535, got " + port);
    }

    /** None of these could stand in a line of shell variables and in nginx.conf. */
    @ParameterizedTest
    @ValueSource(strings = {"healthz", "/a b", "/a'b", "/$a", "/a;b", "/a&b"})
    void hasAPathOfHarmlessCharacters(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.http(80, path))
                .withMessage("path of a health check must be / and then at most 200 letters, digits and ._~/%+-, got "
                        + path);
    }

    @Test
    void hasAPathIfItIsHttpAndNoneIfItIsTcp() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.named("healthCheck", "https:443"))
                .withMessageEndingWith("got none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.named("healthCheck", "tcp:443/health"))
                .withMessage("health check tcp:443 must have no path, got /health");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.named("healthCheck", "tcp:443=200-399"))
                .withMessage("healthCheck tcp must have no statuses, got tcp:443=200-399");
    }

    @ParameterizedTest
    @CsvSource({"99, 200", "300, 600", "300, 200"})
    void hasStatusesOfHttp(int lowest, int highest) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.http(80, "/").withStatuses(lowest, highest))
                .withMessage("statuses of a health check must be 100 to 599, the lower one first, got " + lowest + "-"
                        + highest);
    }
}
