package io.enifailover.updateplan;

/**
 * What an update does to one resource, in the terms of
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html.
 */
public enum Action {
    NONE,
    UPDATE,
    UPDATE_WITH_INTERRUPTION,
    /**
     * The handler of a custom resource answers the Update event with another physical id; CloudFormation sends Delete for the
     * old id in the clean-up.
     */
    UPDATE_WITH_NEW_ID,
    /** The new resource is created first; the old one is deleted in the clean-up, after all other updates. */
    REPLACE,
    /** The old resource is deleted before the new one is created. */
    REPLACE_DELETE_FIRST,
    CREATE,
    /** Deleted in the clean-up. */
    REMOVE;

    /** Whether references to the resource have another value afterwards. */
    boolean changesReferences() {
        return this == UPDATE_WITH_NEW_ID || this == REPLACE || this == REPLACE_DELETE_FIRST;
    }

    /** Whether the update creates a resource in the sense of the service, such as another instance. */
    boolean creates() {
        return this == CREATE || this == REPLACE || this == REPLACE_DELETE_FIRST;
    }

    static Action strongest(Action one, Action other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
