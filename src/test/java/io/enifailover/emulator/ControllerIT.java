package io.enifailover.emulator;

import static io.enifailover.emulator.RunningFunction.alarm;
import static io.enifailover.emulator.RunningFunction.heartbeat;
import static io.enifailover.emulator.RunningFunction.report;
import static io.enifailover.emulator.RunningFunction.stateChange;
import static io.enifailover.emulator.RunningFunction.tick;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/** The deployed controller at work: each trigger and each order, over the real wire protocol. */
@Timeout(120)
class ControllerIT {
    private static final String DETACH = "DetachNetworkInterface";
    private static final String ATTACH = "AttachNetworkInterface";
    /** Longer than a lease, which a function that died leaves behind. */
    private static final Duration LEASE_AND_MORE = Duration.ofSeconds(15);

    @AutoClose
    private static Deployment deployment;

    private static DeployedStack stack;

    private static RunningFunction controller;
    private static String table;
    private static String primary;
    private static String standby;

    @BeforeAll
    static void deployTheStack() throws Exception {
        deployment = new Deployment();
        stack = deployment.stack();
        controller = deployment.controller();
        table = stack.output("TableName");
        primary = stack.primary();
        standby = stack.standby();
    }

    @BeforeEach
    void startHealthyOnThePrimaryWithNothingRemembered() throws Exception {
        deployment.emulator().detachTakes(Duration.ZERO);
        deployment.emulator().attachTakes(Duration.ZERO);
        deployment.emulator().stopTakesNoTime();
        deployment.internet().heal();
        stack.ec2().startInstances(request -> request.instanceIds(primary, standby));
        if (!primary.equals(stack.holder())) {
            stack.moveAsSomebodyElse(primary);
        }
        deployment.emulator().detachTakes(Duration.ofMillis(300));
        deployment.emulator().attachTakes(Duration.ofMillis(200));
        record().forEach(item -> stack.dynamoDb()
                .deleteItem(request -> request.tableName(table)
                        .key(Map.of("pair", attribute(item, "pair"), "item", attribute(item, "item")))));
        for (var server : List.of(primary, standby)) {
            controller.answer(heartbeat(server));
        }
        deployment.proxy().reset();
    }

    @Test
    void passesItsPreflightWithEachCheckNamed() throws Exception {
        var answer = controller.order("preflight");

        assertThat(answer.path("ready").asBoolean()).as("%s", answer).isTrue();
        assertThat(answer.path("checks").findValuesAsText("name"))
                .containsExactlyInAnyOrderElementsOf(Stream.of(
                                Stream.of("holder", "service", "servers", "detach", "hold", "damping"),
                                checksOf("primary " + primary),
                                checksOf("standby " + standby))
                        .flatMap(checks -> checks)
                        .toList());
        assertThat(answer.path("checks").findValuesAsText("state")).containsOnly("pass");
        assertThat(stack.holder()).as("a rehearsal").isEqualTo(primary);
    }

    @Test
    void failsItsPreflightWithTheReason() throws Exception {
        deployment.proxy().fail(ATTACH, "UnauthorizedOperation", 2);
        deployment.internet().makeSick(standby);

        var answer = controller.order("preflight");

        assertThat(answer.path("ready").asBoolean()).isFalse();
        assertThat(failures(answer))
                .containsOnlyKeys(
                        "primary " + primary + ": attach",
                        "standby " + standby + ": attach",
                        "standby " + standby + ": service")
                .extractingByKey("standby " + standby + ": attach")
                .asString()
                .contains("UnauthorizedOperation");
    }

    @Test
    void tellsItsStatus() throws Exception {
        var status = controller.order("status");

        assertThat(status.at("/holder/id").asText()).isEqualTo(primary);
        assertThat(status.at("/holder/role").asText()).isEqualTo("primary");
        assertThat(status.at("/service/verdict").asText()).isEqualTo("serves");
        assertThat(status.path("servers").findValuesAsText("id")).containsExactlyInAnyOrder(primary, standby);
        assertThat(failures(status.path("servers"))).isEmpty();
        assertThat(status.path("hold").isNull()).isTrue();
        assertThat(status.path("lease").isNull()).isTrue();
        assertThat(status.path("history")).isEmpty();
    }

    @Test
    void movesOnAReportWhileThePrimaryIsSick() throws Exception {
        deployment.internet().makeSick(primary);

        assertMoved(controller.answer(report(standby)));

        assertThat(stack.holder()).isEqualTo(standby);
        var entry = controller.lastMove();
        assertThat(entry.path("from").asText()).isEqualTo(primary);
        assertThat(entry.path("to").asText()).isEqualTo(standby);
        assertThat(entry.path("reason").asText()).isEqualTo("the observer reports it, and the witness agrees");
        assertThat(entry.path("by").asText()).isEqualTo("report of " + standby + " after 3 failures");
        assertThat(entry.path("outcome").asText()).isEqualTo("serves");
        assertThat(entry.path("forced").asBoolean()).isFalse();
        assertThat(entry.path("withoutLease").asBoolean()).isFalse();
        assertThat(entry.at("/milliseconds/detach").asLong()).isGreaterThanOrEqualTo(300);
        assertThat(entry.at("/milliseconds/attach").asLong()).isGreaterThanOrEqualTo(200);
        assertThat(entry.path("milliseconds").fieldNames())
                .toIterable()
                .containsExactly("decide", "observe", "detach", "attach", "serve");
    }

    @Test
    void keepsTheRecordInTheDeployedTable() throws Exception {
        controller.order("switchover");

        assertThat(record())
                .filteredOn(item -> attribute(item, "item").s().startsWith("move#"))
                .singleElement()
                .satisfies(item -> {
                    assertThat(attribute(item, "pair").s()).isEqualTo(stack.interfaceId());
                    assertThat(attribute(item, "reason").s()).isEqualTo("ordered");
                    assertThat(attribute(item, "phases").m()).containsKeys("observe", "detach", "attach", "serve");
                    assertThat(item).containsKey(timeToLive());
                });
        assertThat(stack.dynamoDb()
                        .describeContinuousBackups(request -> request.tableName(table))
                        .continuousBackupsDescription()
                        .pointInTimeRecoveryDescription()
                        .pointInTimeRecoveryStatusAsString())
                .isEqualTo("ENABLED");
    }

    @Test
    void movesWhenEc2SaysThatThePrimaryHasStopped() throws Exception {
        stack.ec2().stopInstances(request -> request.instanceIds(primary));
        assertThat(stack.holder()).as("a stopped server keeps its interface").isEqualTo(primary);

        assertMoved(controller.answer(stateChange(primary, "stopped")));

        assertThat(stack.holder()).isEqualTo(standby);
        assertThat(controller.lastMove().path("reason").asText()).isEqualTo("EC2 says that the holder is stopped");

        deployment.proxy().reset();
        assertKept(controller.answer(stateChange(primary, "stopped")), standby + " serves");
        assertThat(changes()).as("delivered again").isEmpty();
    }

    @Test
    void waitsForAHolderThatAnOperatorStopsAndLeavesItStopped() throws Exception {
        // Longer than the deadline after which the detach from a running holder would be forced.
        deployment.emulator().stopTakesAndRefusesToDetach(Duration.ofSeconds(20));
        stack.ec2().stopInstances(request -> request.instanceIds(primary));

        assertMoved(controller.answer(stateChange(primary, "stopping")));

        assertThat(stack.holder()).isEqualTo(standby);
        assertThat(controller.lastMove().path("forced").asBoolean()).isFalse();
        assertThat(deployment.proxy().calls(DETACH)).noneMatch(call -> "true".equals(call.get("Force")));
        assertThat(failures(statusOf(primary))).containsOnlyKeys("power");

        controller.answer(tick());
        controller.answer(tick());
        assertThat(instance(primary).state().name()).isEqualTo(InstanceStateName.STOPPED);
        assertThat(changes()).noneMatch(call -> call.containsValue("StartInstances"));
        assertThat(failures(statusOf(primary))).containsEntry("power", "it is stopped");
    }

    @Test
    void isCalledByTheDeployedRules() throws Exception {
        assertThat(controller.delivered(stateChange("i-0123456789abcdef0", "stopped")))
                .as("an instance of somebody else")
                .isEmpty();

        stack.ec2().stopInstances(request -> request.instanceIds(primary));
        assertThat(controller.delivered(stateChange(primary, "stopped")))
                .singleElement()
                .satisfies(ControllerIT::assertMoved);
        assertThat(controller.delivered(tick()))
                .singleElement()
                .satisfies(answer -> assertKept(answer, standby + " serves"));
    }

    @Test
    void findsOutForItselfThatThePrimaryIsSick() throws Exception {
        deployment.internet().makeSick(primary);

        assertMoved(controller.answer(tick()));

        assertThat(controller.lastMove().path("reason").asText())
                .isEqualTo("the witness alone sees that it fails, over a longer series");
    }

    @Test
    void looksWhenAStatusCheckFails() throws Exception {
        assertKept(controller.answer(alarm(primary)), primary + " serves");

        deployment.internet().makeSick(primary);
        assertMoved(controller.answer(alarm(primary)));

        assertThat(controller.lastMove().path("by").asText()).isEqualTo("alarm StatusCheck is ALARM");
    }

    @Test
    void doesNotBelieveAnObserverWhosePathIsBad() throws Exception {
        var answer = controller.answer(report(standby));

        assertThat(answer.path("alert").asText()).isEqualTo("REPORT_CONTRADICTED");
        assertThat(stack.holder()).isEqualTo(primary);
    }

    @Test
    void keepsWhenBothAreSick() throws Exception {
        deployment.internet().makeSick(primary);
        deployment.internet().makeSick(standby);

        assertThat(controller.answer(tick()).path("alert").asText()).isEqualTo("BOTH_DOWN");
        assertThat(changes()).isEmpty();
    }

    @Test
    void coolsDownAfterAMove() throws Exception {
        deployment.internet().makeSick(primary);
        assertMoved(controller.answer(report(standby)));

        deployment.internet().heal();
        deployment.internet().makeSick(standby);
        var answer = controller.answer(report(primary));

        assertThat(answer.path("alert").asText()).isEqualTo("FLAPPING");
        assertThat(stack.holder()).isEqualTo(standby);
    }

    @Test
    void switchesOverAndBackByOrder() throws Exception {
        assertMoved(controller.order("switchover"));
        assertThat(stack.holder()).isEqualTo(standby);

        assertMoved(controller.order(Map.of("order", "switchover", "to", "primary", "by", "a person")));
        assertThat(stack.holder()).isEqualTo(primary);
        assertThat(controller.lastMove().path("by").asText()).isEqualTo("a person");

        assertKept(
                controller.order(Map.of("order", "switchover", "to", "primary")),
                "the primary holds the interface already");
    }

    @Test
    void refusesToSwitchOverToASickServer() throws Exception {
        deployment.internet().makeSick(standby);

        assertKept(controller.order("switchover"), "refused");

        assertThat(changes()).isEmpty();
    }

    @Test
    void doesNothingByItselfUnderAHold() throws Exception {
        controller.order(Map.of("order", "hold", "duration", "PT1H", "reason", "maintenance", "by", "a person"));
        deployment.internet().makeSick(primary);

        assertKept(controller.answer(report(standby)), "on hold until");
        assertKept(controller.answer(tick()), "on hold until");
        assertThat(changes()).isEmpty();
        assertThat(controller.order("status").at("/hold/reason").asText()).isEqualTo("maintenance");
        assertThat(failures(controller.order("preflight"))).containsKey("hold");

        assertMoved(controller.order("switchover"));
        assertThat(stack.holder()).as("an order counts").isEqualTo(standby);
    }

    @Test
    void movesAgainAfterTheRelease() throws Exception {
        controller.order(Map.of("order", "hold", "duration", "PT1H"));
        deployment.internet().makeSick(primary);
        assertKept(controller.answer(report(standby)), "on hold until");

        controller.order("release");

        assertMoved(controller.answer(report(standby)));
        assertThat(stack.holder()).isEqualTo(standby);
    }

    @Test
    void failsOverWhileTheTableIsDown() throws Exception {
        deployment.internet().makeSick(primary);
        deployment.proxy().takeTheTableDown();

        // The interface has just been attached here, and nobody can tell by whom.
        var answer = controller.answer(report(standby));
        assertKept(answer, "cooling down until ");
        while (!answer.path("moved").asBoolean()) {
            TimeUnit.SECONDS.sleep(2);
            answer = controller.answer(report(standby));
        }

        assertThat(stack.holder()).isEqualTo(standby);
        assertThat(failures(controller.order("preflight"))).containsKey("standby " + standby + ": record");
        assertThatThrownBy(() -> controller.order(Map.of("order", "hold", "duration", "PT1H")))
                .as("an order that is about the record")
                .hasMessageContaining("InternalServerError");

        deployment.proxy().reset();
        assertKept(controller.answer(tick()), standby + " serves");
        var entry = controller.lastMove();
        assertThat(entry.path("to").asText()).isEqualTo(standby);
        assertThat(entry.path("withoutLease").asBoolean()).isTrue();
    }

    @Test
    void finishesWhatAFunctionThatDiedHasBegun() throws Exception {
        deployment.internet().makeSick(primary);
        deployment.proxy().prevent(ATTACH, deployment.emulator()::killFunction);

        assertThatThrownBy(() -> controller.answer(report(standby))).hasMessageContaining("Runtime exited");
        assertThat(stack.holder()).isNull();

        assertKept(controller.answer(report(standby)), "by a lease until");
        var answer = controller.answer(tick());
        for (var end = Instant.now().plus(LEASE_AND_MORE);
                !answer.path("moved").asBoolean() && Instant.now().isBefore(end);
                answer = controller.answer(tick())) {
            Thread.sleep(500);
        }
        assertMoved(answer);
        assertThat(stack.holder()).isEqualTo(standby);
        assertThat(controller.lastMove().path("reason").asText()).isEqualTo("the interface is available");
    }

    @Test
    void movesOnceOnTwoReportsAtOnce() throws Exception {
        deployment.internet().makeSick(primary);
        var reports = Stream.generate(() -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return controller.answer(report(standby));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .limit(2)
                .toList();

        assertThat(reports.stream().map(CompletableFuture::join))
                .extracting(answer -> answer.path("moved").asBoolean())
                .containsExactlyInAnyOrder(true, false);

        assertThat(stack.holder()).isEqualTo(standby);
        assertThat(deployment.proxy().calls(DETACH)).hasSize(1);
        assertThat(deployment.proxy().calls(ATTACH)).hasSize(1);
        assertThat(controller.order("status").path("history")).hasSize(1);
    }

    @Test
    void stopsAServerThatDoesNotLetGoAndStartsItAgain() throws Exception {
        var launched = instance(primary).launchTime();
        deployment.internet().makeSick(primary);
        deployment.emulator().detachHangsUntilTheInstanceStops();

        assertMoved(controller.answer(report(standby)));

        assertThat(stack.holder()).isEqualTo(standby);
        assertThat(controller.lastMove().path("forced").asBoolean()).isTrue();
        assertThat(deployment.proxy().calls("StopInstances"))
                .singleElement()
                .satisfies(call ->
                        assertThat(call).containsEntry("Force", "true").containsEntry("SkipOsShutdown", "true"));
        assertThat(instance(primary).state().name()).isEqualTo(InstanceStateName.STOPPED);

        deployment.internet().heal();
        controller.answer(tick());
        assertThat(instance(primary).state().name()).isEqualTo(InstanceStateName.RUNNING);
        assertThat(instance(primary).launchTime()).isAfter(launched);
        assertThat(failures(statusOf(primary))).containsOnlyKeys("taint");

        controller.answer(tick());
        assertThat(statusOf(primary).path("ready").asBoolean()).isTrue();
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> controller.answer("{\"hello\": \"world\"}"))
                .hasMessage(
                        "event must be a report, a heartbeat, an order, an EC2 state change, an alarm, a scheduled event or a"
                                + " request of CloudFormation, got {\"hello\":\"world\"}");
        assertThatThrownBy(() -> controller.order("dance"))
                .hasMessage("order must be status, preflight, history, switchover, hold, release or drill, got dance");
    }

    @Test
    void answersQuestionsAndNothingElseByTheAliasForThem() throws Exception {
        assertThat(controller
                        .answer("look", "{\"order\": \"status\"}")
                        .at("/holder/id")
                        .asText())
                .isEqualTo(primary);
        assertThatThrownBy(() -> controller.answer("look", "{\"order\": \"switchover\"}"))
                .hasMessage("the alias look accepts only status, preflight and history");
        assertThatThrownBy(() -> controller.answer("report-standby", "{\"order\": \"switchover\"}"))
                .hasMessage("the alias report-standby accepts only reports and heartbeats of the standby");

        assertThat(stack.holder()).isEqualTo(primary);
    }

    @Test
    void rehearsesWhenTheScheduleSaysSoAndOnlyOnce() throws Exception {
        assertThat(controller.order("drill").path("moved").asBoolean()).isTrue();
        assertThat(controller.order("drill").path("message").asText())
                .isEqualTo("no drill: there was a move within the hour");

        assertThat(stack.holder()).isEqualTo(standby);
        assertThat(controller.lastMove().path("by").asText()).isEqualTo("scheduled drill");
    }

    private static void assertMoved(JsonNode answer) {
        assertThat(answer.path("moved").asBoolean()).as("%s", answer).isTrue();
    }

    private static void assertKept(JsonNode answer, String words) {
        assertThat(answer.path("moved").asBoolean()).as("%s", answer).isFalse();
        assertThat(answer.path("message").asText()).startsWith("kept: ").contains(words);
    }

    private static List<Map<String, String>> changes() {
        return Stream.of(DETACH, ATTACH, "StopInstances", "StartInstances")
                .flatMap(action -> deployment.proxy().calls(action).stream())
                .filter(call -> !"true".equals(call.get("DryRun")))
                .toList();
    }

    private static Stream<String> checksOf(String server) {
        return Stream.of(
                        "power",
                        "zone",
                        "taint",
                        "slot",
                        "attachment",
                        "service",
                        "watch",
                        "version",
                        "clock",
                        "driver",
                        "units",
                        "record",
                        "attach",
                        "stop",
                        "start")
                .map(check -> server + ": " + check);
    }

    private static Map<String, String> failures(JsonNode checked) {
        return checked.findParents("state").stream()
                .filter(check -> check.path("state").asText().equals("fail"))
                .collect(Collectors.toMap(
                        check -> check.path("name").asText(),
                        check -> check.path("detail").asText()));
    }

    private static JsonNode statusOf(String server) throws Exception {
        return StreamSupport.stream(controller.order("status").path("servers").spliterator(), false)
                .filter(found -> server.equals(found.path("id").asText()))
                .findFirst()
                .orElseThrow();
    }

    private static Instance instance(String id) {
        return stack.ec2()
                .describeInstances(request -> request.instanceIds(id))
                .reservations()
                .get(0)
                .instances()
                .get(0);
    }

    private static List<Map<String, AttributeValue>> record() {
        return stack.dynamoDb().scan(request -> request.tableName(table)).items();
    }

    private static AttributeValue attribute(Map<String, AttributeValue> item, String name) {
        return Objects.requireNonNull(item.get(name), name);
    }

    private static String timeToLive() {
        return stack.dynamoDb()
                .describeTimeToLive(request -> request.tableName(table))
                .timeToLiveDescription()
                .attributeName();
    }
}
