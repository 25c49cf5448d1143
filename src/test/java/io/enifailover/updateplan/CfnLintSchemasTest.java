package io.enifailover.updateplan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonPointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CfnLintSchemasTest {
    private static CfnLintSchemas schemas;

    @BeforeAll
    static void find() {
        schemas = CfnLintSchemas.installed();
    }

    @Test
    void readsWhatReplacesAnInstance() {
        var instance = schemas.schemaOf("AWS::EC2::Instance");

        assertThat(instance.createOnly()).contains(JsonPointer.compile("/ImageId"), JsonPointer.compile("/SubnetId"));
        assertThat(instance.conditionalCreateOnly())
                .contains(JsonPointer.compile("/UserData"))
                .doesNotContain(JsonPointer.compile("/Tags"));
        assertThat(instance.deleteFirst()).isFalse();
    }

    @Test
    void readsWhatIsDeletedFirst() {
        assertThat(schemas.schemaOf("AWS::EC2::EIPAssociation").deleteFirst()).isTrue();
        assertThat(schemas.schemaOf("AWS::EC2::VPCGatewayAttachment").deleteFirst())
                .isTrue();
    }

    @Test
    void knowsNoOtherTypes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> schemas.schemaOf("AWS::EC2::Toaster"))
                .withMessage("cfn-lint has no schema of AWS::EC2::Toaster");
    }
}
