package io.enifailover.function;

import static io.enifailover.function.SimulatedWorld.P;
import static io.enifailover.function.SimulatedWorld.S;
import static io.enifailover.function.SimulatedWorld.SERVICE;
import static io.enifailover.simulation.SimulatedEc2.ENI;
import static io.enifailover.simulation.SimulatedEc2.NEVER;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.events.CloudFormationCustomResourceEvent;
import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.function.PairRecord.Entry;
import io.enifailover.function.Witness.Reaction;
import io.enifailover.protocol.Endpoint;
import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.Fencing;
import io.enifailover.protocol.FunctionContract;
import io.enifailover.protocol.Role;
import io.enifailover.simulation.ScriptedEc2;
import io.enifailover.simulation.ScriptedRecord;
import io.enifailover.simulation.SimulatedEc2;
import io.enifailover.simulation.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SwapHandlerTest {
    private static final String OLD_P = "i-0000000000000000c";
    private static final String OLD_S = "i-0000000000000000d";
    private static final String X = "i-0000000000000000e";

    private final SimulatedWorld world = new SimulatedWorld();
    private final VirtualTime time = world.time;
    private final ScriptedEc2 ec2 =
            world.ec2.with(OLD_S, Role.STANDBY).with(X, Role.STANDBY).with(OLD_P, Role.PRIMARY);
    private final ScriptedRecord record = world.record;
    private final Map<String, Object> properties =
            new HashMap<>(Map.of("ServiceToken", "arn", "InterfaceId", ENI, "PrimaryId", P, "StandbyId", S));
    private final Set<String> dead = world.sick;
    /** Servers that answer at their own address only. */
    private final Set<String> unreachable = new HashSet<>();

    private final Set<String> witnessed = new HashSet<>();
    private final List<String> lines = world.lines;
    private Fencing fencing = Fencing.NONE;
    private Duration timeout = Duration.ofMinutes(3);
    private CloudFormationAnswers answers;

    @BeforeEach
    void start() throws IOException {
        answers = new CloudFormationAnswers();
    }

    @AfterEach
    void stop() {
        answers.close();
    }

    @Test
    void createAttachesToThePrimary() throws Exception {
        var answer = create();

        assertSucceeded(answer, P, "primary");
        assertThat(answer.at("/PhysicalResourceId").asText()).isEqualTo(ENI);
        assertThat(answer.at("/StackId").asText()).isEqualTo("stack");
        assertThat(answer.at("/RequestId").asText()).isEqualTo("request");
        assertThat(answer.at("/LogicalResourceId").asText()).isEqualTo("Swap");
        assertThat(answer.at("/Data/Report").asText())
                .isEqualTo("attached, not verified (observe 0.0 s, attach 3.0 s, serve 0.0 s): " + "the stack is new");
    }

    @Test
    void createAttachesToTheHolderThatIsAskedFor() throws Exception {
        properties.put("Holder", "standby");

        assertSucceeded(create(), S, "standby");
    }

    @Test
    void createBringsItToThePrimaryWhereverItIs() throws Exception {
        ec2.attachedTo(S);

        assertSucceeded(create(), P, "primary");
    }

    @Test
    void createProvesThatTheServiceAnswersWhereItCan() throws Exception {
        witnessed();

        assertThat(create().at("/Data/Report").asText()).startsWith("serves (");
    }

    /** EC2 is eventually consistent: it shows a new server, and its address, a while after CloudFormation has created it. */
    @Test
    void createWaitsForServersThatEc2ShowsLate() throws Exception {
        witnessed();
        ec2.hides(Duration.ofSeconds(12), P, S);

        assertSucceeded(create(), P, "primary");
        assertThat(time.elapsed()).isGreaterThan(Duration.ofSeconds(12));
    }

    @Test
    void createDoesNotFailThoughEc2NeverShowsItsServers() throws Exception {
        witnessed();
        properties.put("Holder", "standby");
        ec2.hides(NEVER, P, S);

        assertSucceeded(create(), S, "standby");
    }

    @Test
    void createPrefersTheStandbyIfThePrimaryDoesNotServe() throws Exception {
        witnessed();
        dead.add(P);

        assertSucceeded(create(), S, "standby");
    }

    /** A wish counts once: CloudFormation sends it again with every later change of the servers. */
    @Test
    void updateDoesNotRepeatAWishThatWasGrantedBefore() throws Exception {
        witnessed();
        properties.put("Holder", "standby");
        var before = with("StandbyId", OLD_S);
        ec2.attachedTo(P);

        assertSucceeded(update(before), P, "primary");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void updateMovesToTheHolderThatIsNewlyAskedFor() throws Exception {
        witnessed();
        ec2.attachedTo(P);
        var before = Map.copyOf(properties);
        properties.put("Holder", "standby");

        assertSucceeded(update(before), S, "standby");
        assertThat(record.history(1))
                .singleElement()
                .returns("the standby is requested", Entry::reason)
                .returns("CloudFormation", Entry::by);
    }

    @Test
    void refusesAStoppedServerBeforeItDetachesAndTheRollbackKeepsThePrimary() throws Exception {
        witnessed();
        ec2.attachedTo(P).servers().stop(S, Duration.ZERO);
        var before = Map.copyOf(properties);
        properties.put("Holder", "standby");
        var failed = Map.copyOf(properties);

        assertFailed(
                update(before),
                "nothing was changed: holder=standby is not possible, since the standby " + S + " is stopped; repair it"
                        + " (see failover preflight) and deploy again, or deploy without this holder");
        assertThat(ec2.changes()).isEmpty();
        assertThat(lines).singleElement().asString().contains("\"event\":\"refused\"", "\"Reason\":\"not-ready\"");

        properties.remove("Holder");
        assertSucceeded(update(failed), P, "primary");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void refusesAServerWhoseNginxIsDeadAndTheRollbackKeepsThePrimary() throws Exception {
        witnessed();
        ec2.attachedTo(P);
        dead.add(S);
        var before = Map.copyOf(properties);
        properties.put("Holder", "standby");
        var failed = Map.copyOf(properties);

        assertThat(update(before).at("/Reason").asText()).contains("the standby " + S + " does not serve");
        assertThat(time.elapsed()).as("not after a single probe").isGreaterThan(Duration.ofSeconds(3));

        properties.remove("Holder");
        assertSucceeded(update(failed), P, "primary");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void refusesATaintedServer() throws Exception {
        ec2.attachedTo(P);
        record.taint(S, time.now());
        var before = Map.copyOf(properties);
        properties.put("Holder", "standby");

        assertThat(update(before).at("/Reason").asText()).contains("the standby " + S + " is tainted");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void rollsBackToTheOldServersWhenTheNewHolderDoesNotServe() throws Exception {
        witnessed();
        ec2.attachedTo(OLD_P);
        var old = oldServers();
        var failed = Map.copyOf(properties);
        unreachable.add(P);

        assertThat(update(old).at("/Reason").asText()).startsWith("serve failed after 30.0 s");
        assertThat(ec2.holder()).contains(P);

        properties.putAll(old);
        assertSucceeded(update(failed), OLD_P, "primary");
    }

    @Test
    void rollsBackToTheOldStandbyWhenTheOldPrimaryIsDead() throws Exception {
        witnessed();
        var failed = Map.copyOf(properties);
        properties.putAll(oldServers());
        dead.add(OLD_P);

        ec2.attachedTo(P);
        assertSucceeded(update(failed), OLD_S, "standby");

        ec2.attachedTo(OLD_P);
        assertSucceeded(update(failed), OLD_S, "standby");
    }

    /** Without it both servers would go in the clean-up after the rollback, and nobody would hold the interface. */
    @Test
    void rollbackIsStuckRatherThanDead() throws Exception {
        witnessed();
        ec2.attachedTo(P);
        var failed = Map.copyOf(properties);
        properties.putAll(oldServers());
        dead.addAll(List.of(OLD_P, OLD_S));

        assertThat(update(failed).at("/Reason").asText())
                .startsWith("nothing was changed, and " + P + " keeps serving");
        assertThat(ec2.changes()).isEmpty();
    }

    /** CloudFormation marks no rollback, so the old wish counts like a new one; docs/operations.md says what to do then. */
    @Test
    void rollbackToAHolderThatIsNotFitFailsAndKeepsTheServerThatServes() throws Exception {
        witnessed();
        ec2.attachedTo(S).servers().stop(P, Duration.ZERO);
        properties.put("Holder", "standby");
        var failed = Map.copyOf(properties);
        properties.put("Holder", "primary");

        assertThat(update(failed).at("/Reason").asText())
                .startsWith(
                        "nothing was changed: holder=primary is not possible, since the primary " + P + " is stopped");
        assertThat(ec2.holder()).contains(S);
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void updateLeavesADeadHolderForTheOtherServer() throws Exception {
        witnessed();
        ec2.attachedTo(P);
        dead.add(P);

        assertSucceeded(update(Map.copyOf(properties)), S, "standby");
    }

    @Test
    void updateKeepsAHolderThatHiccups() throws Exception {
        witnessed();
        ec2.attachedTo(P);
        dead.add(P);
        ec2.before(3, dead::clear);

        assertSucceeded(update(Map.copyOf(properties)), P, "primary");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void probesTheServiceThatItsPropertiesNameAndTheServersOfItsInterface() throws Exception {
        witnessed();
        ec2.attachedTo(P);

        update(Map.copyOf(properties));

        assertThat(witnessed)
                .contains(
                        SERVICE.endpoint().toString(), "http://" + ec2.servers().address(S) + "/healthz");
    }

    @Test
    void probesTheServersAtThePortAndThePathOfTheService() throws Exception {
        witnessed();
        properties.put("WitnessedService", "192.0.2.1 http:8080/up http:8080/up");
        ec2.attachedTo(P);

        update(Map.copyOf(properties));

        assertThat(witnessed)
                .contains("http://192.0.2.1:8080/up", "http://" + ec2.servers().address(S) + ":8080/up")
                .noneMatch(url -> url.contains("healthz"));
    }

    @Test
    void repeatsACallForTheServersThatFailsForTheMoment() throws Exception {
        ec2.fails("DescribeInstances", "InternalError", 2);

        assertSucceeded(create(), P, "primary");
    }

    @Test
    void updateLeavesALiveHolderAlone() throws Exception {
        ec2.attachedTo(S);

        var answer = update(Map.copyOf(properties));

        assertSucceeded(answer, S, "standby");
        assertThat(answer.at("/Data/Report").asText()).isEqualTo("kept: the standby holds it");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void updateMovesToTheSuccessorOfAHolderThatWasReplaced() throws Exception {
        ec2.attachedTo(OLD_S);
        var before = new HashMap<>(properties);
        before.put("StandbyId", OLD_S);

        var answer = update(before);

        assertSucceeded(answer, S, "standby");
        assertThat(answer.at("/Data/Report").asText())
                .startsWith("attached, not verified, moved from " + OLD_S + " (")
                .endsWith("): the standby " + OLD_S + " was replaced");
    }

    @Test
    void updateGoesBackToTheOldServersWhenTheUpdateBeforeItWasUnusable() throws Exception {
        ec2.attachedTo(P);

        assertSucceeded(update(Map.of("InterfaceId", "none")), P, "primary");
    }

    @Test
    void updateWithoutOldPropertiesLeavesALiveHolderAlone() throws Exception {
        ec2.attachedTo(S);

        assertSucceeded(answer("Update", ENI, null), S, "standby");
        assertThat(ec2.changes()).isEmpty();
    }

    /** With the new physical id CloudFormation deletes the old one itself, once the new interface serves. */
    @Test
    void updateLeavesAnInterfaceThatWasReplacedToItsOwnDelete() throws Exception {
        ec2.attachedTo(P);
        var before = Map.copyOf(properties);
        properties.put("InterfaceId", "eni-0fffffffffffffff0");
        timeout = Duration.ofSeconds(60);

        var answer = update(before);

        assertThat(ec2.holder()).contains(P);
        assertThat(answer.at("/PhysicalResourceId").asText()).isEqualTo("eni-0fffffffffffffff0");
    }

    @Test
    void observesAndDecidesAgainWhenSomebodyElseHasMovedTheInterface() throws Exception {
        ec2.attachedTo(X).before(3, () -> ec2.attachedTo(S));

        assertSucceeded(update(Map.copyOf(properties)), S, "standby");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void givesUpWhenItsTimeIsUpAndSomebodyElseGoesOnMovingTheInterface() throws Exception {
        ec2.attachedTo(X).gate(new SimulatedEc2.Gate() {
            @Override
            public void after(String call) {
                ec2.attachedTo(X);
            }
        });

        assertThat(update(Map.copyOf(properties)).at("/Reason").asText()).contains("out of time");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void waitsForTheLeaseOfSomebodyElse() throws Exception {
        record.acquire("failover", S, time.now(), time.now().plusSeconds(10));

        assertSucceeded(create(), P, "primary");
        assertThat(time.elapsed()).isBetween(Duration.ofSeconds(13), Duration.ofSeconds(14));
    }

    @Test
    void leavesAloneWhatSomebodyElseHasMovedWhileItWaited() throws Exception {
        record.acquire("failover", S, time.now(), time.now().plusSeconds(10));
        ec2.attachedTo(P).detaching().before(4, () -> ec2.attachedTo(S));

        assertSucceeded(update(Map.copyOf(properties)), S, "standby");
        assertThat(ec2.changes()).isEmpty();
    }

    /** A first probe that fails proves nothing, however long the wait before it was. */
    @Test
    void probesAHolderLongerAlsoAfterItHasWaitedForALease() throws Exception {
        witnessed();
        record.acquire("failover", P, time.now(), time.now().plusSeconds(30));
        ec2.attachedTo(P);
        var probes = new int[1];
        ec2.gate(new SimulatedEc2.Gate() {
            @Override
            public void before(String call) {
                if (call.equals("DescribeNetworkInterfaces") && time.elapsed().compareTo(Duration.ofSeconds(30)) >= 0) {
                    probes[0]++;
                    if (probes[0] == 1) {
                        dead.add(P);
                    } else {
                        dead.clear();
                    }
                }
            }
        });

        assertSucceeded(update(Map.copyOf(properties)), P, "primary");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void refusesATaintedServerThoughOneReadOfTheRecordIsLost() throws Exception {
        ec2.attachedTo(P);
        record.taint(S, time.now());
        record.fails(record.calls().size() + 1);
        var before = Map.copyOf(properties);
        properties.put("Holder", "standby");

        assertThat(update(before).at("/Reason").asText()).contains("the standby " + S + " is tainted");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void passesATaintedSuccessorOverThoughOneReadOfTheRecordIsLost() throws Exception {
        ec2.attachedTo(OLD_P);
        record.taint(P, time.now());
        record.fails(record.calls().size() + 1);

        assertSucceeded(update(oldServers()), S, "standby");
        assertThat(ec2.changes()).noneMatch(change -> change.startsWith("AttachNetworkInterface to " + P));
    }

    @Test
    void writesDownWhatItMovedAndGivesTheLeaseBack() throws Exception {
        create();

        assertThat(record.read().lease()).isNull();
        assertThat(record.history(10))
                .singleElement()
                .returns("CloudFormation", Entry::by)
                .returns("the stack is new", Entry::reason)
                .returns(P, Entry::to)
                .returns(false, Entry::withoutLease);
    }

    @Test
    void tellsNothingOfAMoveThatHadNothingToDoButToWait() throws Exception {
        ec2.attachingTo(P);

        assertSucceeded(update(Map.copyOf(properties)), P, "primary");

        assertThat(ec2.changes()).isEmpty();
        assertThat(record.history(1)).isEmpty();
        assertThat(lines).isEmpty();
    }

    @Test
    void movesWithoutTheRecordAndTheEntrySaysSo() throws Exception {
        record.fails(1).fails(2);

        assertSucceeded(create(), P, "primary");
        assertThat(record.history(10)).singleElement().returns(true, Entry::withoutLease);
    }

    @Test
    void failsInOneLineThatNamesTheCallAndTheCode() throws Exception {
        ec2.fails("AttachNetworkInterface", "UnauthorizedOperation", 1);

        var answer = create();

        assertFailed(answer, "attach failed after 0.0 s: AttachNetworkInterface: UnauthorizedOperation: simulated");
        assertThat(answer.at("/PhysicalResourceId").asText()).isEqualTo(ENI);
    }

    @Test
    void namesTheTypeOfAFailureThatNobodyForesaw() throws Exception {
        ec2.before(1, () -> {
            throw new UnsupportedOperationException("no attachment");
        });

        assertFailed(create(), "java.lang.UnsupportedOperationException: no attachment");
    }

    @Test
    void failsInTheWordsOfAnInterruptedWait() throws Exception {
        ec2.before(1, () -> {
            throw new IllegalStateException("interrupted while waiting for EC2");
        });

        assertFailed(create(), "interrupted while waiting for EC2");
    }

    /** CloudFormation would delete what has the physical id that the resource had before. */
    @Test
    void keepsItsPhysicalIdWhenAnUpdateNamesAnUnusableInterface() throws Exception {
        var before = Map.copyOf(properties);
        properties.put("InterfaceId", "vpc-1");

        assertThat(update(before).at("/PhysicalResourceId").asText()).isEqualTo(ENI);
    }

    @Test
    void answersBeforeLambdaEndsIt() throws Exception {
        timeout = Duration.ofSeconds(40);
        ec2.attachTakes(NEVER);

        assertFailed(create(), "attach failed after 25.0 s: out of time, last seen: attaching to " + P);
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(25));
    }

    @Test
    void needsLessThanThreeMinutes() {
        assertThat(Deadlines.DEFAULT.overall().plus(FunctionContract.RESERVE)).isEqualTo(Duration.ofSeconds(145));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "InterfaceId | null | an interface id such as eni-0123456789abcdef0, got nothing",
                "InterfaceId | vpc-1 | an interface id such as eni-0123456789abcdef0, got vpc-1",
                "PrimaryId | null | an instance id such as i-0123456789abcdef0, got nothing",
                "StandbyId | eni-12345678 | an instance id such as i-0123456789abcdef0, got eni-12345678",
                "StandbyId | i-0000000000000000a | another instance than PrimaryId, got i-0000000000000000a",
                "Holder | both | primary or standby, got both",
                "WitnessedService | 192.0.2.1 | an address and two health checks, such as 192.0.2.1 tcp:5432 none, got 192.0.2.1",
                "WitnessedService | 192.0.2.1 ftp:21 none | such as http:8080/health, https:443/health=200-299 or tcp:5432, got ftp:21",
                "WitnessedService | [ tcp:1 none | an address and two health checks, such as 192.0.2.1 tcp:5432 none, got [ tcp:1 none"
            })
    void rejectsAnUnusablePropertyInOneLine(String key, @Nullable String value, String allowed) throws Exception {
        if (value == null) {
            properties.remove(key);
        } else {
            properties.put(key, value);
        }

        assertFailed(create(), key + " must be " + allowed);
        assertThat(ec2.calls()).isEmpty();
    }

    @Test
    void rejectsAServiceThatIsNoText() throws Exception {
        properties.put("WitnessedService", List.of("192.0.2.1"));

        assertFailed(
                create(),
                "WitnessedService must be an address and two health checks, such as 192.0.2.1 tcp:5432 none, got [192.0.2.1]");
    }

    @Test
    void deleteDetaches() throws Exception {
        ec2.attachedTo(S);

        var answer = delete(ENI);

        assertThat(answer.at("/Status").asText()).isEqualTo("SUCCESS");
        assertThat(answer.at("/Data/Report").asText())
                .isEqualTo("detached from " + S + " (observe 0.0 s, detach 2.0 s)");
        assertThat(ec2.isAvailable()).isTrue();
    }

    @Test
    void deleteSaysThatItDetachedByForce() throws Exception {
        ec2.attachedTo(S).detachTakes(NEVER);

        assertThat(delete(ENI).at("/Data/Report").asText())
                .isEqualTo("detached from " + S
                        + " by force, which taints it (observe 0.0 s, detach 15.0 s, force 1.0 s)");
    }

    @Test
    void deleteDetachesAlsoWhatSomebodyElseHasMovedMeanwhile() throws Exception {
        ec2.attachedTo(S).before(3, () -> ec2.attachedTo(P));

        assertThat(delete(ENI).at("/Data/Report").asText()).startsWith("detached from " + P + " (");
        assertThat(ec2.isAvailable()).isTrue();
        assertThat(time.elapsed()).as("with a pause before the second series").isGreaterThan(Duration.ofSeconds(3));
    }

    @Test
    void deleteOfAMissingInterfaceSucceeds() throws Exception {
        ec2.missingFor(NEVER);

        var answer = delete(ENI);

        assertThat(answer.at("/Status").asText()).isEqualTo("SUCCESS");
        assertThat(answer.at("/Data/Report").asText()).isEqualTo("nothing was attached");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void deleteNeedsNoPropertyButTheInterface() throws Exception {
        properties.clear();
        ec2.attachedTo(P);

        delete(ENI);

        assertThat(ec2.isAvailable()).isTrue();
    }

    @Test
    void deleteDetachesWhatACreateThatNeverAnsweredHasAttached() throws Exception {
        ec2.attachedTo(P);

        var answer = delete("stack-Swap-1A2B3C");

        assertThat(answer.at("/PhysicalResourceId").asText()).isEqualTo("stack-Swap-1A2B3C");
        assertThat(ec2.isAvailable()).isTrue();
    }

    @Test
    void deleteOfACreateThatWasRejectedSucceeds() throws Exception {
        properties.put("InterfaceId", "none");

        assertThat(delete("2026/01/01/[1]abc").at("/Status").asText()).isEqualTo("SUCCESS");
        assertThat(ec2.calls()).isEmpty();
    }

    @Test
    void deleteDoesNotWedgeTheStackWhenEc2Refuses() throws Exception {
        ec2.attachedTo(P).fails("DetachNetworkInterface", "UnauthorizedOperation", 1);

        var answer = delete(ENI);

        assertThat(answer.at("/Status").asText()).isEqualTo("SUCCESS");
        assertThat(answer.at("/Data/Report").asText())
                .isEqualTo("left as it is: detach failed after 0.0 s: "
                        + "DetachNetworkInterface: UnauthorizedOperation: simulated");
    }

    @Test
    void keepsItsAnswerWithinWhatCloudFormationTakes() throws Exception {
        properties.put("Holder", "é".repeat(5000));

        assertThat(create().at("/Reason").asText()).startsWith("Holder must be primary or standby, got éé");
    }

    @ParameterizedTest
    @CsvSource({"800, false", "801, true", "5000, true"})
    void cutsAReasonAfter800Characters(int length, boolean cut) throws Exception {
        ec2.before(1, () -> {
            throw new IllegalStateException("x".repeat(length));
        });

        assertFailed(create(), "x".repeat(800) + (cut ? "…" : ""));
    }

    @Test
    void forcesNothingWhereTheOldHolderHasToStopFirst() throws Exception {
        fencing = Fencing.STOP_FIRST;
        ec2.attachedTo(S).detachTakes(NEVER);
        properties.put("Holder", "primary");

        create();

        assertThat(ec2.holder()).contains(P);
        assertThat(ec2.changes())
                .contains("StopInstances " + S + " without its operating system")
                .noneMatch(call -> call.endsWith("by force"));
    }

    private JsonNode create() throws Exception {
        return answer("Create", null, null);
    }

    private JsonNode update(Map<String, Object> before) throws Exception {
        return answer("Update", ENI, before);
    }

    private JsonNode delete(String physicalId) throws Exception {
        return answer("Delete", physicalId, null);
    }

    private JsonNode answer(String type, @Nullable String physicalId, @Nullable Map<String, Object> before)
            throws Exception {
        var deps = world.dependencies(this::witness, (name, detail) -> {});
        var handler = new SwapHandler(deps, FailoverSettings.ofDefaults().withFencing(fencing));
        var event = CloudFormationCustomResourceEvent.builder()
                .withRequestType(type)
                .withResponseUrl(answers.url())
                .withStackId("stack")
                .withRequestId("request")
                .withLogicalResourceId("Swap")
                .withResourceType("Custom::InterfaceSwap")
                .withPhysicalResourceId(physicalId)
                .withResourceProperties(properties)
                .withOldResourceProperties(before)
                .build();
        handler.handleRequest(event, new Invocation());
        return answers.next();
    }

    private void witnessed() {
        properties.put("WitnessedService", SERVICE.toString());
    }

    /** The same properties, but for one. */
    private Map<String, Object> with(String key, Object value) {
        var changed = new HashMap<>(properties);
        changed.put(key, value);
        return changed;
    }

    /** The properties of a stack whose two servers were replaced by those of the rig. */
    private Map<String, Object> oldServers() {
        var old = with("PrimaryId", OLD_P);
        old.put("StandbyId", OLD_S);
        return old;
    }

    private Witness witness(Endpoint url) {
        witnessed.add(url.toString());
        return () -> url.equals(SERVICE.endpoint())
                        && ec2.holder().filter(unreachable::contains).isPresent()
                ? Witness.ProbeResult.failed("timeout", Reaction.SILENCE)
                : world.probe(url);
    }

    private void assertSucceeded(JsonNode answer, String holderId, String holder) {
        assertThat(answer.at("/Status").asText()).isEqualTo("SUCCESS");
        assertThat(answer.at("/Data/HolderId").asText()).isEqualTo(holderId);
        assertThat(answer.at("/Data/Holder").asText()).isEqualTo(holder);
        assertThat(ec2.holder()).contains(holderId);
    }

    private static void assertFailed(JsonNode answer, String reason) {
        assertThat(answer.at("/Status").asText()).isEqualTo("FAILED");
        assertThat(answer.at("/Reason").asText()).isEqualTo(reason);
    }

    /** Lambda's view of one invocation, on virtual time. */
    private final class Invocation implements Context {
        @Override
        public int getRemainingTimeInMillis() {
            return (int) timeout.minus(time.elapsed()).toMillis();
        }

        @Override
        public String getAwsRequestId() {
            return "request";
        }

        @Override
        public String getLogGroupName() {
            return "group";
        }

        @Override
        public String getLogStreamName() {
            return "stream";
        }

        @Override
        public String getFunctionName() {
            return "swap";
        }

        @Override
        public String getFunctionVersion() {
            return "1";
        }

        @Override
        public String getInvokedFunctionArn() {
            return "arn";
        }

        @Override
        public @Nullable CognitoIdentity getIdentity() {
            return null;
        }

        @Override
        public @Nullable ClientContext getClientContext() {
            return null;
        }

        @Override
        public int getMemoryLimitInMB() {
            return 512;
        }

        @Override
        public @Nullable LambdaLogger getLogger() {
            return null;
        }
    }
}
