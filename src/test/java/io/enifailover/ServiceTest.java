package io.enifailover;

import static io.enifailover.app.Synthesis.resource;
import static io.enifailover.app.Synthesis.resources;
import static io.enifailover.app.Synthesis.stackIn;
import static io.enifailover.app.Synthesis.template;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.protocol.HealthCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.services.ec2.MachineImage;

class ServiceTest {
    @TempDir
    Path directory;

    private Service service;

    @BeforeEach
    void describe() throws IOException {
        Files.writeString(directory.resolve("install.sh"), "#!/bin/sh\napt-get install -y haproxy\n");
        service = Service.builder()
                .name("my proxy")
                .tcpPorts(List.of(443, 8404))
                .udpPorts(List.of(443))
                .healthCheck(HealthCheck.tcp(443))
                .install(directory)
                .build();
    }

    static Stream<Arguments> refusesWithOneLine() {
        return Stream.of(
                refused(
                        it -> it.withName("a_b"),
                        "name of a service must be 1 to 40 letters, digits, spaces and hyphens, got a_b"),
                refused(it -> it.withTcpPorts(List.of(0)), "tcpPorts must be 1 to 65535, got 0"),
                refused(it -> it.withUdpPorts(List.of(65_536)), "udpPorts must be 1 to 65535, got 65536"),
                refused(
                        it -> it.withTcpPorts(List.of(80)),
                        "healthCheck must be at one of the TCP ports that are open, [80], where the witness can reach it,"
                                + " got tcp:443"),
                refused(
                        it -> it.withStandbyCheck(StandbyCheck.of(HealthCheck.http(8080, "/"))),
                        "standbyCheck must be at one of the TCP ports that are open, [443, 8404], where the witness can"
                                + " reach it, got http:8080/"),
                refused(
                        it -> it.withInstall(Path.of("nowhere")),
                        "install must be a script, or a directory with install.sh, got nowhere"),
                refused(it -> it.withUnits(List.of("a b")), "units must be names of systemd units, got a b"),
                refused(
                        it -> it.withUnits(List.of("$(reboot)")),
                        "units must be names of systemd units, got $(reboot)"),
                refused(it -> it.withRootVolume(0), "rootVolume must be 1 to 16384 GiB, got 0"),
                refused(it -> it.withRootDevice("xvda"), "rootDevice must be a device such as /dev/xvda, got xvda"));
    }

    private static Arguments refused(UnaryOperator<Service> change, String message) {
        return Arguments.of(change, message);
    }

    @ParameterizedTest
    @MethodSource
    void refusesWithOneLine(UnaryOperator<Service> change, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> change.apply(service))
                .withMessage(message);
    }

    @Test
    void checksTheStandbyInTheSameWayUnlessAskedOtherwise() {
        assertThat(service.standbyHealthCheck()).isEqualTo(HealthCheck.tcp(443));
        assertThat(service.withStandbyCheck(StandbyCheck.NONE).standbyHealthCheck())
                .isNull();
        assertThat(service.withStandbyCheck(StandbyCheck.of(HealthCheck.http(8404, "/ready")))
                        .standbyHealthCheck())
                .isEqualTo(HealthCheck.http(8404, "/ready"));
        assertThat(Stream.of("same", "none", "tcp:5432").map(text -> StandbyCheck.named("standbyCheck", text)))
                .extracting(StandbyCheck::toString)
                .containsExactly("same", "none", "tcp:5432");
    }

    @Test
    void opensItsPortsToClientsAndThatOfItsChecksBetweenTheServers() {
        var template = synthesized(service);

        assertThat(resource(template, "AWS::EC2::SecurityGroup", "Pair")
                        .at("/Properties/SecurityGroupIngress")
                        .valueStream()
                        .map(rule -> rule.path("CidrIp").asText() + " "
                                + rule.path("IpProtocol").asText() + " "
                                + rule.path("FromPort").asText() + "-"
                                + rule.path("ToPort").asText()))
                .containsExactlyInAnyOrder("0.0.0.0/0 tcp 443-443", "0.0.0.0/0 tcp 8404-8404", "0.0.0.0/0 udp 443-443");
        assertThat(resources(template, "AWS::EC2::SecurityGroupIngress").values())
                .extracting(rule -> rule.at("/Properties/FromPort").asInt())
                .containsExactly(443);
    }

    /** The watch, the first boot and the function are told the same. */
    @Test
    void isCheckedInOneWayByAll() {
        var template =
                synthesized(service.withStandbyCheck(StandbyCheck.NONE).withUnits(List.of("haproxy", "stunnel4")));

        assertThat(template.toString())
                .contains("OWN_HEALTH='none'", "FLOATING_STATUSES='200-399'", "SERVICE_UNITS='haproxy stunnel4'")
                .contains("\\nFLOATING_HEALTH='tcp://\",{\"Fn::GetAtt\":[\"PairFloatingInterface")
                .contains("\"PublicIp\"]},\" tcp:443 none\"]]");
    }

    @Test
    void isOnNewServersWhenItsInstallationHasChanged() throws IOException {
        var before = servers(synthesized(service));
        assertThat(servers(synthesized(service))).isEqualTo(before);

        Files.writeString(directory.resolve("haproxy.cfg"), "global\n");

        assertThat(servers(synthesized(service))).doesNotContainAnyElementsOf(before);
    }

    @Test
    void hasTheImageAndTheVolumeAskedFor() {
        var image = MachineImage.genericLinux(Map.of("us-east-1", "ami-0123456789abcdef0"));
        var template = synthesized(service.withImage(image).withRootVolume(20).withRootDevice("/dev/sda1"));

        assertThat(resources(template, "AWS::EC2::Instance").values())
                .hasSize(2)
                .allSatisfy(server -> {
                    assertThat(server.at("/Properties/ImageId").asText()).isEqualTo("ami-0123456789abcdef0");
                    assertThat(server.at("/Properties/BlockDeviceMappings/0/DeviceName")
                                    .asText())
                            .isEqualTo("/dev/sda1");
                    assertThat(server.at("/Properties/BlockDeviceMappings/0/Ebs/VolumeSize")
                                    .asInt())
                            .isEqualTo(20);
                });
    }

    private static List<String> servers(JsonNode template) {
        return List.copyOf(resources(template, "AWS::EC2::Instance").keySet());
    }

    private static JsonNode synthesized(Service service) {
        var stack = stackIn("us-east-1", "Test");
        new FailoverPair(
                stack, "Pair", FailoverPairProps.builder().service(service).build());
        return template(stack);
    }
}
