package io.enifailover.updateplan;

import java.util.List;
import java.util.Locale;

/**
 * What a change of a conditionally create-only property does. The schemas leave that open, the documentation of the type says
 * it for an instance with an EBS root volume in a VPC.
 */
final class ConditionalUpdates {
    private static final String INSTANCE = "AWS::EC2::Instance";
    private static final String INSTANCE_PAGE =
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-instance.html";

    /**
     * @param source where the documentation says so
     */
    private record Row(String type, String property, Action action, String source) {}

    private static final List<Row> ROWS = List.of(
            instance("UserData", Action.UPDATE_WITH_INTERRUPTION),
            instance("InstanceType", Action.UPDATE_WITH_INTERRUPTION),
            instance("SecurityGroupIds", Action.UPDATE_WITH_INTERRUPTION),
            instance("EbsOptimized", Action.UPDATE_WITH_INTERRUPTION),
            instance("Tenancy", Action.UPDATE_WITH_INTERRUPTION),
            instance("PrivateDnsNameOptions", Action.UPDATE_WITH_INTERRUPTION),
            // Only DeleteOnTermination can change on a running instance; anything else replaces it.
            instance("BlockDeviceMappings", Action.REPLACE));

    private ConditionalUpdates() {}

    /**
     * @throws IllegalStateException for a property whose effect nobody has looked up yet
     */
    static Action actionOf(String type, String property) {
        return ROWS.stream()
                .filter(row -> row.type().equals(type) && row.property().equals(property))
                .map(Row::action)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "the schema of %s does not say what a change of %s does: look it up and add a row here"
                                .formatted(type, property)));
    }

    private static Row instance(String property, Action action) {
        return new Row(
                INSTANCE, property, action, INSTANCE_PAGE + "#cfn-ec2-instance-" + property.toLowerCase(Locale.ROOT));
    }
}
