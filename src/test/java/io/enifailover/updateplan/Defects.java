package io.enifailover.updateplan;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.updateplan.Defect.Kind;
import io.enifailover.updateplan.UpdatePlan.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Finds in an update plan what CloudFormation does not prevent and nobody wants. */
public final class Defects {
    private static final String ASSOCIATION = "AWS::EC2::EIPAssociation";
    private static final String INTERFACE = "AWS::EC2::NetworkInterface";

    /** They belong to the function, not to its published versions. */
    private static final Set<String> NOT_IN_A_VERSION = Set.of("ReservedConcurrentExecutions", "Tags");

    private final UpdatePlan plan;

    private Defects(UpdatePlan plan) {
        this.plan = plan;
    }

    public static List<Defect> in(UpdatePlan plan) {
        var defects = new Defects(plan);
        var found = new ArrayList<Defect>();
        defects.staleVersions().forEach(it -> found.add(new Defect(Kind.STALE_VERSION, it.logicalId())));
        defects.restartedServers().forEach(it -> found.add(new Defect(Kind.SERVER_RESTARTED_IN_PLACE, it.logicalId())));
        defects.associationsWithHolder()
                .forEach(it -> found.add(new Defect(Kind.ASSOCIATION_WITH_HOLDER, it.logicalId())));
        defects.addressesLostInRollback()
                .forEach(it -> found.add(new Defect(Kind.ADDRESS_LOST_IN_ROLLBACK, it.logicalId())));
        defects.privateAddressesInUse()
                .forEach(it -> found.add(new Defect(Kind.PRIVATE_ADDRESS_IN_USE, it.logicalId())));
        return found;
    }

    /**
     * Whether EC2 refuses the update: an internet gateway cannot be detached from a VPC with mapped public addresses.
     * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html
     */
    public static boolean refusedByEc2(UpdatePlan plan) {
        var hasAddresses = plan.before().resources().values().stream()
                .anyMatch(resource -> resource.type().equals("AWS::EC2::EIP"));
        return hasAddresses
                && plan.ofType("AWS::EC2::VPCGatewayAttachment")
                        .anyMatch(change -> change.action() == Action.REPLACE_DELETE_FIRST);
    }

    private Stream<Change> staleVersions() {
        return plan.ofType("AWS::Lambda::Version")
                .filter(version -> version.action() == Action.NONE || version.action() == Action.UPDATE)
                .filter(version -> References.in(after(version).path("FunctionName")).stream()
                        .anyMatch(this::changesWhatIsPublished));
    }

    private boolean changesWhatIsPublished(String function) {
        return plan.change(function).properties().stream().anyMatch(name -> !NOT_IN_A_VERSION.contains(name));
    }

    private Stream<Change> restartedServers() {
        return plan.ofType("AWS::EC2::Instance").filter(change -> change.action() == Action.UPDATE_WITH_INTERRUPTION);
    }

    private Stream<Change> associationsWithHolder() {
        return plan.ofType(ASSOCIATION)
                .filter(change -> rollbackAssociatesOldServer(change) || associatesServerThatStays(change));
    }

    private boolean rollbackAssociatesOldServer(Change association) {
        return association.action() == Action.REPLACE_DELETE_FIRST
                && before(association).has("InstanceId");
    }

    private boolean associatesServerThatStays(Change association) {
        return association.action().creates()
                && after(association).has("InstanceId")
                && !plan.actionOnReferenced(after(association).path("InstanceId"))
                        .creates();
    }

    private Stream<Change> addressesLostInRollback() {
        return plan.ofType(ASSOCIATION)
                .filter(change -> change.action() == Action.CREATE)
                .filter(change -> before(ASSOCIATION)
                        .anyMatch(old ->
                                old.path("AllocationId").equals(after(change).path("AllocationId"))))
                .filter(change -> !plan.actionOnReferenced(after(change).path("AllocationId"))
                        .creates());
    }

    private Stream<Change> privateAddressesInUse() {
        return plan.ofType(INTERFACE)
                .filter(change -> change.action().creates() && after(change).has("PrivateIpAddress"))
                .filter(change -> before(INTERFACE).anyMatch(old -> sameAddress(old, after(change))));
    }

    /** The same subnet too: it is neither another one nor replaced. */
    private boolean sameAddress(JsonNode old, JsonNode created) {
        var subnet = created.path("SubnetId");
        return old.path("PrivateIpAddress").equals(created.path("PrivateIpAddress"))
                && old.path("SubnetId").equals(subnet)
                && !plan.actionOnReferenced(subnet).changesReferences();
    }

    /** Returns the properties of all resources of a type before the update. */
    private Stream<JsonNode> before(String type) {
        return plan.before().resources().values().stream()
                .filter(resource -> resource.type().equals(type))
                .map(resource -> resource.properties());
    }

    private JsonNode before(Change change) {
        return properties(plan.before(), change);
    }

    private JsonNode after(Change change) {
        return properties(plan.after(), change);
    }

    private static JsonNode properties(Template template, Change change) {
        var resource = template.resources().get(change.logicalId());
        if (resource == null) {
            throw new IllegalArgumentException(change.logicalId() + " is not in this template");
        }
        return resource.properties();
    }
}
