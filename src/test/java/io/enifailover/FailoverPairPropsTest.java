package io.enifailover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.enifailover.protocol.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailoverPairPropsTest {

    @Test
    void areBuiltFromTheDefaultsAndWhatIsSet() {
        var props = FailoverPairProps.builder()
                .instanceType("m7g.large")
                .holder(Role.STANDBY)
                .build();

        assertThat(props.instanceType()).isEqualTo("m7g.large");
        assertThat(props.holder()).isEqualTo(Role.STANDBY);
        assertThat(props.withInstanceType("t4g.micro").withHolder(null))
                .isEqualTo(FailoverPairProps.builder().build());
    }

    @Test
    void areCheckedWhenTheyAreBuilt() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> FailoverPairProps.builder().clientCidrs(List.of()).build())
                .withMessage("clientCidrs must be at least one IPv4 block, got none");
    }

    @Test
    void nameTheValueThatIsMissing() {
        assertThatNullPointerException()
                .isThrownBy(() -> FailoverPairPropsBuilder.builder().build())
                .withMessage("network is required");
    }
}
