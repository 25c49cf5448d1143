package io.enifailover.function;

import static io.enifailover.simulation.SimulatedEc2.ENI;
import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.function.InterfaceState.Available;
import io.enifailover.function.InterfaceState.Gone;
import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.InterfaceState.Status;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesResponse;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;

/** What is made of EC2's description of the interface. */
class FloatingEniTest {
    private static final String SERVER = "i-0000000000000000a";

    @ParameterizedTest
    @CsvSource({"attaching, ATTACHING", "attached, ATTACHED", "detaching, DETACHING"})
    void isHeldWhileAnAttachmentLasts(String shown, Status status) {
        assertThat(withAttachment(shown).state()).isEqualTo(new Held("eni-attach-1", SERVER, status));
    }

    /** EC2 would refuse to attach it if that were wrong, and nothing would be lost. */
    @Test
    void isAvailableOnceItsAttachmentIsOver() {
        assertThat(withAttachment("detached").state()).isEqualTo(new Available());
    }

    @Test
    void isTakenForAttachedIfEc2UsesAWordThatTheSdkDoesNotKnow() {
        assertThat(withAttachment("suspended").state()).isEqualTo(new Held("eni-attach-1", SERVER, Status.ATTACHED));
    }

    @Test
    void isAvailableWithoutAnAttachment() {
        assertThat(shown(NetworkInterface.builder().build()).state()).isEqualTo(new Available());
    }

    @Test
    void isGoneIfEc2DescribesNone() {
        assertThat(shown().state()).isEqualTo(new Gone());
    }

    @Test
    void hasAnAddressIfAnElasticIpIsAssociated() {
        var associated = NetworkInterface.builder().association(it -> it.publicIp("203.0.113.200"));

        assertThat(shown(associated.build()).hasAddress()).isTrue();
        assertThat(shown(NetworkInterface.builder().build()).hasAddress()).isFalse();
        assertThat(shown().hasAddress()).isFalse();
    }

    @Test
    void tellsWhenTheAttachmentBegan() {
        var at = Instant.parse("2026-01-01T12:00:00Z");
        var attached = NetworkInterface.builder()
                .attachment(it -> it.status("attached").attachTime(at))
                .build();

        assertThat(shown(attached).attached()).isEqualTo(at);
        assertThat(shown(NetworkInterface.builder().build()).attached()).isNull();
    }

    private static FloatingEni.Shown withAttachment(String status) {
        return shown(NetworkInterface.builder()
                .attachment(
                        it -> it.attachmentId("eni-attach-1").instanceId(SERVER).status(status))
                .build());
    }

    private static FloatingEni.Shown shown(NetworkInterface... described) {
        return new FloatingEni(
                        new Ec2Client() {
                            @Override
                            public DescribeNetworkInterfacesResponse describeNetworkInterfaces(
                                    DescribeNetworkInterfacesRequest request) {
                                return DescribeNetworkInterfacesResponse.builder()
                                        .networkInterfaces(described)
                                        .build();
                            }

                            @Override
                            public String serviceName() {
                                return SERVICE_NAME;
                            }

                            @Override
                            public void close() {}
                        },
                        ENI)
                .observe();
    }
}
