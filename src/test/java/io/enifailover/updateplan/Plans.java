package io.enifailover.updateplan;

import static io.enifailover.app.Synthesis.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/** Plans of small templates, with schemas that are cut down to what the tests need. */
final class Plans {
    private static final JsonNode SCHEMAS = json("""
            {
              "AWS::EC2::Instance": {
                "createOnlyProperties": ["/properties/ImageId", "/properties/SubnetId"],
                "conditionalCreateOnlyProperties": ["/properties/UserData", "/properties/BlockDeviceMappings",
                                                    "/properties/KernelId"]
              },
              "AWS::EC2::EIP": {"createOnlyProperties": ["/properties/Address"]},
              "AWS::EC2::EIPAssociation": {
                "createOnlyProperties": ["/properties/AllocationId", "/properties/InstanceId",
                                         "/properties/NetworkInterfaceId"],
                "replacementStrategy": "delete_then_create"
              },
              "AWS::EC2::NetworkInterface": {
                "createOnlyProperties": ["/properties/SubnetId", "/properties/PrivateIpAddress"]
              },
              "AWS::EC2::Subnet": {"createOnlyProperties": ["/properties/CidrBlock", "/properties/VpcId"]},
              "AWS::EC2::VPC": {"createOnlyProperties": ["/properties/CidrBlock"]},
              "AWS::EC2::VPCGatewayAttachment": {
                "createOnlyProperties": ["/properties/VpcId"],
                "replacementStrategy": "delete_then_create"
              },
              "AWS::Lambda::Function": {
                "createOnlyProperties": ["/properties/FunctionName", "/properties/DurableConfig/Mode"]
              },
              "AWS::Lambda::Version": {
                "createOnlyProperties": ["/properties/FunctionName", "/properties/Description"]
              }
            }""");

    private Plans() {}

    /** Returns the plan between two objects of resources, by logical id. */
    static UpdatePlan plan(String before, String after) {
        return UpdatePlan.of(template(before), template(after), Plans::schemaOf);
    }

    /** Returns the plan when a text in the resources is replaced by another one. */
    static UpdatePlan planOfReplacing(String text, String replacement, String resources) {
        if (!resources.contains(text)) {
            throw new IllegalArgumentException("nothing to replace: " + text);
        }
        return plan(resources, resources.replace(text, replacement));
    }

    private static Template template(String resources) {
        return Template.of(json("{\"Resources\": " + resources + "}"));
    }

    private static ResourceSchema schemaOf(String type) {
        return ResourceSchema.of(SCHEMAS.required(type));
    }

    /** Returns the actions by logical id, without those that do nothing. */
    static Map<String, Action> actions(UpdatePlan plan) {
        var actions = new TreeMap<String, Action>();
        plan.changes().forEach((id, change) -> {
            if (change.action() != Action.NONE) {
                actions.put(id, change.action());
            }
        });
        return actions;
    }
}
