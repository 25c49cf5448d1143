package io.enifailover.cdk.function;

import io.enifailover.function.DynamoDbRecord;
import java.util.List;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.BillingMode;
import software.amazon.awscdk.services.dynamodb.ITable;
import software.amazon.awscdk.services.dynamodb.PointInTimeRecoverySpecification;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.constructs.Construct;

/**
 * Defines the table of the pair record.
 *
 * <p>It is encrypted with DynamoDB's own key: with any other, a failover would depend on KMS too. It is deleted with the stack,
 * since the interface and the servers that it describes are deleted too.
 */
final class RecordTable extends Construct {
    private final Table table;

    RecordTable(Construct scope, String id) {
        super(scope, id);
        table = Table.Builder.create(this, "Table")
                .partitionKey(text(DynamoDbRecord.PARTITION_KEY))
                .sortKey(text(DynamoDbRecord.SORT_KEY))
                .timeToLiveAttribute(DynamoDbRecord.TIME_TO_LIVE)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .pointInTimeRecoverySpecification(PointInTimeRecoverySpecification.builder()
                        .pointInTimeRecoveryEnabled(true)
                        .build())
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
    }

    ITable table() {
        return table;
    }

    /** Grants the four calls that {@link DynamoDbRecord} makes. */
    void grantUse(Role keeper) {
        keeper.addToPolicy(PolicyStatement.Builder.create()
                .sid("PairRecord")
                .actions(List.of("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"))
                .resources(List.of(table.getTableArn()))
                .build());
    }

    private static Attribute text(String name) {
        return Attribute.builder().name(name).type(AttributeType.STRING).build();
    }
}
