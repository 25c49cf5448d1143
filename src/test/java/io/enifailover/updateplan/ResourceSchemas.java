package io.enifailover.updateplan;

/** CloudFormation's resource schemas, by type. */
public interface ResourceSchemas {
    /**
     * Returns the schema of a type such as {@code AWS::EC2::Instance}.
     *
     * @throws IllegalArgumentException for an unknown type
     */
    ResourceSchema schemaOf(String type);
}
