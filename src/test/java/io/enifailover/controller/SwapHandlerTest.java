package io.enifailover.controller;

import static io.enifailover.controller.SimulatedEc2.ENI;
import static io.enifailover.controller.SimulatedEc2.NEVER;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.events.CloudFormationCustomResourceEvent;
import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.controller.PairRecord.Entry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SwapHandlerTest {
    private static final String P = "i-00000000000000001";
    private static final String S = "i-00000000000000002";
    private static final String OLD_S = "i-00000000000000003";
    private static final String X = "i-00000000000000004";

    private final VirtualTime time = new VirtualTime();
    private final SimulatedEc2 ec2 = new SimulatedEc2(time)
            .with(P, Role.PRIMARY)
            .with(S, Role.STANDBY)
            .with(OLD_S, Role.STANDBY)
            .with(X, Role.STANDBY);
    private final SimulatedRecord record = new SimulatedRecord(time);
    private final Map<String, Object> properties =
            new HashMap<>(Map.of("ServiceToken", "arn", "InterfaceId", ENI, "PrimaryId", P, "StandbyId", S));
    private @Nullable URI witnessUrl;
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
                .isEqualTo("attached, not verified (observe 0.0 s, attach 3.0 s, serve 0.0 s): "
                        + "the primary is asked for");
    }

    @Test
    void createAttachesToTheHolderThatIsAskedFor() throws Exception {
        properties.put("Holder", "standby");

        assertSucceeded(create(), S, "standby");
    }

    /** The watches are up before the swap: one may have reported, and the controller have finished a move of nobody's. */
    @Test
    void createBringsItToThePrimaryWhereverItIs() throws Exception {
        ec2.attachedTo(S);

        assertSucceeded(create(), P, "primary");
    }

    @Test
    void createProvesThatTheServiceAnswersWhereItCan() throws Exception {
        properties.put("ServiceUrl", "http://192.0.2.1/healthz");

        assertThat(create().at("/Data/Report").asText()).startsWith("serves (");
        assertThat(witnessUrl).hasToString("http://192.0.2.1/healthz");
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
                .startsWith("attached, not verified, taken from " + OLD_S + " (")
                .endsWith("): the standby " + OLD_S + " was replaced");
    }

    @Test
    void updateGoesBackToTheOldServersWhenTheUpdateBeforeItWasUnusable() throws Exception {
        ec2.attachedTo(P);

        assertSucceeded(update(Map.of("InterfaceId", "none")), P, "primary");
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
    void looksAndDecidesAgainWhenSomebodyElseHasMovedTheInterface() throws Exception {
        ec2.attachedTo(X).before(2, () -> ec2.attachedTo(S));

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
        record.take("failover", S, time.now(), time.now().plusSeconds(10));

        assertSucceeded(create(), P, "primary");
        assertThat(time.elapsed()).isBetween(Duration.ofSeconds(13), Duration.ofSeconds(14));
    }

    @Test
    void leavesAloneWhatSomebodyElseHasMovedWhileItWaited() throws Exception {
        record.take("failover", S, time.now(), time.now().plusSeconds(10));
        ec2.attachedTo(P).detaching().before(4, () -> ec2.attachedTo(S));

        assertSucceeded(update(Map.copyOf(properties)), S, "standby");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void writesDownWhatItMovedAndGivesTheLeaseBack() throws Exception {
        create();

        assertThat(record.read().lease()).isNull();
        assertThat(record.history(10))
                .singleElement()
                .returns("CloudFormation", Entry::by)
                .returns("the primary is asked for", Entry::reason)
                .returns(P, Entry::to)
                .returns(false, Entry::withoutLease);
    }

    @Test
    void movesWithoutTheRecordAndTheEntrySaysSo() throws Exception {
        record.fails(1);

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
                "StandbyId | i-00000000000000001 | another instance than PrimaryId, got i-00000000000000001",
                "Holder | both | primary or standby, got both",
                "ServiceUrl | 192.0.2.1 | an http or https URL such as http://192.0.2.1/healthz, got 192.0.2.1",
                "ServiceUrl | http://a b/ | an http or https URL such as http://192.0.2.1/healthz, got http://a b/",
                "ServiceUrl | http://[/ | an http or https URL such as http://192.0.2.1/healthz, got http://[/"
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
    void deleteDetaches() throws Exception {
        ec2.attachedTo(S);

        var answer = delete(ENI);

        assertThat(answer.at("/Status").asText()).isEqualTo("SUCCESS");
        assertThat(answer.at("/Data/Report").asText())
                .isEqualTo("detached from " + S + " (observe 0.0 s, detach 2.0 s)");
        assertThat(ec2.isAvailable()).isTrue();
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
        Function<URI, Witness> witnesses = url -> {
            witnessUrl = url;
            return ec2.witness(Duration.ZERO);
        };
        var around = new Surroundings(
                ec2,
                id -> record,
                new Lookout(witnesses, Runnable::run, time),
                witnesses,
                time,
                line -> {},
                (name, detail) -> {});
        var handler = new SwapHandler(around, Deadlines.DEFAULT);
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
