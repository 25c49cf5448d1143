package io.enifailover.updateplan;

/**
 * Why an update would leave a broken pair, or could not be rolled back.
 *
 * @param logicalId the resource in question
 */
public record Defect(Kind kind, String logicalId) {

    public enum Kind {
        /**
         * A published version is a copy of its function. It is published once, so it keeps the old configuration when only a
         * value behind an unchanged reference has changed. https://github.com/aws/aws-cdk/issues/25997
         */
        STALE_VERSION,
        /**
         * A running server is stopped and started, both servers at the same time, and changed user data does not run again:
         * "User data runs only at instance launch".
         * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-instance.html
         */
        SERVER_RESTARTED_IN_PLACE,
        /**
         * An address is associated with an instance that may hold the floating interface, now or in a rollback. EC2 refuses to
         * associate by instance id when the instance has two interfaces.
         * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html
         */
        ASSOCIATION_WITH_HOLDER,
        /**
         * A new association takes an Elastic IP away from an association that stays in the stack until the clean-up. A rollback
         * removes the new one and does not make the old one again, so the address is associated with nothing.
         * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html
         */
        ADDRESS_LOST_IN_ROLLBACK,
        /** A new interface asks for the private address that the old one has until the clean-up. */
        PRIVATE_ADDRESS_IN_USE
    }
}
