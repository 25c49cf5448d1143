package io.enifailover.cdk.review;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.CfnResource;
import software.amazon.awscdk.Validations;
import software.constructs.IConstruct;

/** Acknowledges findings of cdk-nag and of the CDK's own validation, with the reason, beside the resource. */
public final class Findings {
    private static final String NAG = "cdk_nag";
    private static final String SUPPRESSED = "rules_to_suppress";

    private Findings() {}

    /**
     * Acknowledges a finding for a resource, or for the resource that a construct stands for.
     *
     * @param construct resource, or construct with a default child
     * @param rule      id of a rule, such as {@code AwsSolutions-EC23}, {@code CloudFormation-Validate::W9010} or the
     *                  name of a warning of the CDK
     * @param reason    why nothing needs to change
     */
    public static void accept(IConstruct construct, String rule, String reason) {
        if (rule.startsWith("AwsSolutions-")) {
            acceptNag(
                    construct instanceof CfnResource resource
                            ? resource
                            : (CfnResource) construct.getNode().getDefaultChild(),
                    rule,
                    reason);
        } else {
            Validations.of(construct)
                    .acknowledge(
                            Acknowledgment.builder().id(rule).reason(reason).build());
        }
    }

    /** Writes template metadata, which cdk-nag reads, so that synthesis does not need cdk-nag. */
    private static void acceptNag(CfnResource resource, String rule, String reason) {
        var rules = new ArrayList<Object>();
        if (resource.getMetadata(NAG) instanceof Map<?, ?> earlier
                && earlier.get(SUPPRESSED) instanceof List<?> before) {
            rules.addAll(before);
        }
        // Not Map.of: its order changes from run to run, and with it the template.
        var finding = new LinkedHashMap<String, String>();
        finding.put("id", rule);
        finding.put("reason", reason);
        rules.add(finding);
        resource.addMetadata(NAG, Map.of(SUPPRESSED, rules));
    }
}
