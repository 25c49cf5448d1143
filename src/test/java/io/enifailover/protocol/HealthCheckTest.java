package io.enifailover.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.enifailover.protocol.HealthCheck.Scheme;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HealthCheckTest {
    @ParameterizedTest
    @CsvSource({
        "http://192.0.2.1/healthz, http://198.51.100.7/healthz",
        "http://192.0.2.1:80/healthz, http://198.51.100.7/healthz",
        "HTTP://192.0.2.1:8080/up, http://198.51.100.7:8080/up",
        "http://192.0.2.1, http://198.51.100.7/"
    })
    void isTheSameAtAnotherAddress(URI url, URI elsewhere) {
        assertThat(HealthCheck.of(url).at("198.51.100.7")).isEqualTo(elsewhere);
    }

    @Test
    void asksNginxByDefault() {
        assertThat(HealthCheck.DEFAULT.at("192.0.2.1")).hasToString("http://192.0.2.1/healthz");
    }

    /** The CDK knows the addresses of a pair only as tokens, which are not part of any valid URL. */
    @Test
    void takesATokenForAnAddress() {
        assertThat(new HealthCheck(Scheme.HTTP, 8080, "/up").urlAt("${Token[Address.7]}"))
                .isEqualTo("http://${Token[Address.7]}:8080/up");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://192.0.2.1/healthz", "192.0.2.1", "http:/healthz"})
    void hasAnHttpUrl(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.of(URI.create(url)))
                .withMessage("a health check must have an http URL with a host, got " + url);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65_536})
    void hasATcpPort(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HealthCheck(Scheme.HTTP, port, "/"))
                .withMessage("port of a health check must be 1 to 65535, got " + port);
    }

    /** None of these could stand in a line of shell variables and in nginx.conf. */
    @ParameterizedTest
    @ValueSource(strings = {"", "healthz", "/a b", "/a'b", "/$a", "/a;b", "/a?b"})
    void hasAPathOfHarmlessCharacters(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HealthCheck(Scheme.HTTP, 80, path))
                .withMessage("path of a health check must be / and then letters, digits, dots, slashes, - or _, got "
                        + path);
    }
}
