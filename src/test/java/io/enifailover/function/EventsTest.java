package io.enifailover.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.enifailover.function.Event.Trigger.Report;
import io.enifailover.function.Event.Trigger.StateChange;
import io.enifailover.function.Event.Trigger.StatusAlarm;
import io.enifailover.function.Event.Trigger.Tick;
import io.enifailover.protocol.Order.DrillOrder;
import io.enifailover.protocol.Order.HistoryOrder;
import io.enifailover.protocol.Order.HoldOrder;
import io.enifailover.protocol.Order.PreflightOrder;
import io.enifailover.protocol.Order.ReleaseOrder;
import io.enifailover.protocol.Order.StatusOrder;
import io.enifailover.protocol.Order.SwitchoverOrder;
import io.enifailover.protocol.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void readsTheReportOfAWatch() throws Exception {
        assertThat(read("{\"type\": \"report\", \"observer\": \"i-0123456789abcdef0\", \"failures\": 3}"))
                .isEqualTo(new Report("i-0123456789abcdef0", 3, "", Duration.ZERO, null));
        assertThat(read("{\"type\": \"report\", \"observer\": \"i-0123456789abcdef0\", \"failures\": 3,"
                        + " \"failure\": \"refused\", \"failingFor\": 0.5, \"clock\": 1767225600.5}"))
                .isEqualTo(new Report(
                        "i-0123456789abcdef0",
                        3,
                        "refused",
                        Duration.ofMillis(500),
                        Instant.parse("2026-01-01T00:00:00.500Z")));
    }

    @Test
    void readsTheHeartbeatOfAWatch() throws Exception {
        assertThat(read("""
                {"type":"heartbeat","observer":"i-0123456789abcdef0","userData":"1f2e","clock":1767268800,"ena":"2.13.0g","failedUnits":"redis.service"}"""))
                .isEqualTo(new Event.Heartbeat(
                        "i-0123456789abcdef0",
                        "1f2e",
                        Instant.parse("2026-01-01T12:00:00Z"),
                        "2.13.0g",
                        "redis.service"));
    }

    @Test
    void readsWhatAwsSends() throws Exception {
        assertThat(read("""
                                {"version": "0", "id": "7bf73129", "detail-type": "EC2 Instance State-change Notification",
                                 "source": "aws.ec2", "account": "123456789012", "time": "2026-01-01T12:00:00Z",
                                 "region": "us-east-1", "resources": [],
                                 "detail": {"instance-id": "i-0123456789abcdef0", "state": "stopping"}}"""))
                .isEqualTo(new StateChange("i-0123456789abcdef0", "stopping", Instant.parse("2026-01-01T12:00:00Z")));
        assertThat(read("""
                                {"version": "0", "id": "53dc4d37", "detail-type": "Scheduled Event", "source": "aws.events",
                                 "account": "123456789012", "time": "2026-01-01T12:00:00Z", "region": "us-east-1",
                                 "resources": [], "detail": {}}""")).isEqualTo(new Tick());
        assertThat(read("""
                                {"source": "aws.cloudwatch", "alarmArn": "arn", "accountId": "123456789012",
                                 "time": "2026-01-01T12:00:00.000+0000", "region": "us-east-1",
                                 "alarmData": {"alarmName": "primary", "state": {"value": "ALARM"}}}""")).isEqualTo(new StatusAlarm("primary", "ALARM"));
    }

    @Test
    void readsOrders() throws Exception {
        assertThat(read("{\"order\": \"switchover\", \"to\": \"standby\", \"by\": \"ops\"}"))
                .isEqualTo(new SwitchoverOrder(Role.STANDBY, "ops", false));
        assertThat(read("{\"order\": \"switchover\"}")).isEqualTo(new SwitchoverOrder(null, "an operator", false));
        assertThat(read("{\"order\": \"switchover\", \"dryRun\": true}"))
                .isEqualTo(new SwitchoverOrder(null, "an operator", true));
        assertThat(read("{\"order\": \"history\"}")).isEqualTo(new HistoryOrder(50));
        assertThat(read("{\"order\": \"history\", \"most\": 3}")).isEqualTo(new HistoryOrder(3));
        assertThat(read("{\"order\": \"hold\", \"duration\": \"PT2H\", \"reason\": \"kernel\", \"by\": \"ops\"}"))
                .isEqualTo(new HoldOrder(Duration.ofHours(2), "kernel", "ops"));
        assertThat(read("{\"order\": \"release\", \"by\": \"ops\"}")).isEqualTo(new ReleaseOrder("ops"));
        assertThat(read("{\"order\": \"status\"}")).isEqualTo(new StatusOrder());
        assertThat(read("{\"order\": \"preflight\"}")).isEqualTo(new PreflightOrder());
        assertThat(read("{\"order\": \"drill\"}")).isEqualTo(new DrillOrder());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                   | event must be a report, a heartbeat, an order, an EC2 state change, an alarm, a scheduled event or a request of CloudFormation, got {}
            {"source":"aws.s3"}                                  | event must be a report, a heartbeat, an order, an EC2 state change, an alarm, a scheduled event or a request of CloudFormation, got {"source":"aws.s3"}
            {"type": "report", "observer": "me"}                 | observer must be an instance id such as i-0123456789abcdef0, got me
            {"order": "restart"}                                 | order must be status, preflight, history, switchover, hold, release or drill, got restart
            {"order": "history", "most": 0}                      | most must be 1 to 1000, got 0
            {"order": "history", "most": 1001}                   | most must be 1 to 1000, got 1001
            {"order": "switchover", "to": "secondary"}           | to must be primary or standby, got secondary
            {"order": "hold"}                                    | duration must be an ISO 8601 duration from PT1M to P30D, got nothing
            {"order": "hold", "duration": "2h"}                       | duration must be an ISO 8601 duration from PT1M to P30D, got 2h
            {"order": "hold", "duration": "PT59S"}                    | duration must be an ISO 8601 duration from PT1M to P30D, got PT59S
            {"order": "hold", "duration": "P31D"}                     | duration must be an ISO 8601 duration from PT1M to P30D, got P31D
            {"order": "hold", "duration": 3600}                       | duration must be an ISO 8601 duration from PT1M to P30D, got 3600
            {"order": "hold", "duration": "PT1H", "reason": 7}        | reason must be at most 200 characters of text without control characters, got 7
            {"order": "hold", "duration": "PT1H", "reason": "a\\nb"}  | reason must be at most 200 characters of text without control characters, got a\\u000ab
            {"order": "release", "by": "\\u009b31m"}             | by must be at most 200 characters of text without control characters, got \\u009b31m
            {"order": "switchover", "dryRun": "yes"}             | dryRun must be true or false, got yes
            {"order": "switchover", "dryRun": null}              | dryRun must be true or false, got null
            {"order": "switchover", "dryRun": 1}                 | dryRun must be true or false, got 1
            {"order": "switchover", "dryrun": true}              | fields must be of order, to, by, dryRun, got dryrun
            {"order": "switchover", "To": "primary"}             | fields must be of order, to, by, dryRun, got To
            {"order": "switchover", "target": "primary"}         | fields must be of order, to, by, dryRun, got target
            {"order": "switchover", "to": null}                  | to must be primary or standby, got null
            {"order": "status", "RequestType": "Delete"}         | fields must be of order, got RequestType
            {"order": "Status"}                                  | order must be status, preflight, history, switchover, hold, release or drill, got Status
            {"order": ["status"]}                                | order must be status, preflight, history, switchover, hold, release or drill, got ["status"]
            {"order": "history", "most": 1.5}                    | most must be 1 to 1000, got 1.5
            {"order": "history", "most": "3"}                    | most must be 1 to 1000, got 3
            {"order": "history", "most": 4294967297}             | most must be 1 to 1000, got 4294967297
            """)
    void refusesEverythingElseInOneLine(String event, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(event)).withMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "failures": 0                                        | failures must be 1 to 100000, got 0
            "failures": -3                                       | failures must be 1 to 100000, got -3
            "failures": 100001                                   | failures must be 1 to 100000, got 100001
            "failures": "3"                                      | failures must be 1 to 100000, got 3
            "failingFor": 1                                      | failures must be 1 to 100000, got nothing
            "failures": 3, "failingFor": -1                      | failingFor must be 0 to 31536000 seconds, got -1
            "failures": 3, "failingFor": 31536000.1              | failingFor must be 0 to 31536000 seconds, got 3.15360001E7
            "failures": 3, "failingFor": 1e300                   | failingFor must be 0 to 31536000 seconds, got 1.0E300
            "failures": 3, "failingFor": 1e999                   | failingFor must be 0 to 31536000 seconds, got "Infinity"
            "failures": 3, "failingFor": "1"                     | failingFor must be 0 to 31536000 seconds, got 1
            "failures": 3, "clock": 1e300                        | clock must be seconds since 1970, within a year of now, got 1.0E300
            "failures": 3, "clock": 0                            | clock must be seconds since 1970, within a year of now, got 0
            "failures": 3, "clock": "1767225600"                 | clock must be seconds since 1970, within a year of now, got 1767225600
            "failures": 3, "clock": null                         | clock must be seconds since 1970, within a year of now, got null
            "failures": 3, "failure": "dead"                     | failure must be refused, silent, slow, reset or wrong, got dead
            "failures": 3, "reason": 3                           | fields must be of type, observer, failures, failure, failingFor, clock, got reason
            """)
    void refusesAReportThatNoWatchSends(String fields, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read("{\"type\": \"report\", \"observer\": \"i-0123456789abcdef0\", " + fields + "}"))
                .withMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "ena": "2.13.0g"                                     | clock must be seconds since 1970, within a year of now, got nothing
            "clock": 1767268800, "ena": "2.13\\u001b[2J"         | ena must be at most 40 letters, digits, dots, hyphens and underscores, got 2.13\\u001b[2J
            "clock": 1767268800, "userData": "a b"               | userData must be at most 40 letters, digits, dots, hyphens and underscores, got a b
            "clock": 1767268800, "failedUnits": "a\\u000ab"       | failedUnits must be names of systemd units, at most 200 characters, got a\\u000ab
            "clock": 1767268800, "userData": 7                   | userData must be at most 40 letters, digits, dots, hyphens and underscores, got 7
            "clock": 1767268800, "words": "hello"                | fields must be of type, observer, userData, clock, ena, failedUnits, got words
            """)
    void refusesAHeartbeatThatNoWatchSends(String fields, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> read("{\"type\": \"heartbeat\", \"observer\": \"i-0123456789abcdef0\", " + fields + "}"))
                .withMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"order", "duration", "to", "by", "type", "observer", "hello\\n"})
    void refusesHoweverMuchItGetsInOneLineOfLessThan300Characters(String field) {
        for (var filling : List.of("x", "\\u001b", "\\n", "\\ud83d\\ude00", "\\u202e")) {
            var event = "{\"order\": \"hold\", \"duration\": \"P1D\", \"%s\": \"%s\"}"
                    .formatted(field, filling.repeat(10_000));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> read(event))
                    .satisfies(refusal -> assertThat(refusal.getMessage())
                            .hasSizeLessThan(300)
                            .matches("\\P{C}+"));
        }
    }

    /** EC2's own time is only for how long an outage has taken. */
    @ParameterizedTest
    @CsvSource(
            value = {
                "2026-01-01T12:00:00Z, 2026-01-01T12:00:00Z",
                "2026-01-01T11:00:00Z, 2026-01-01T11:00:00Z",
                "2026-01-01T10:59:59Z, -",
                "2026-01-01T12:00:01Z, -",
                "-999999999-01-01T00:00:00Z, -",
                "yesterday, -"
            },
            nullValues = "-")
    void ignoresAnOldOrImpossibleTimeOfAStateChange(String time, @Nullable Instant at) throws Exception {
        assertThat(read("""
                {"source": "aws.ec2", "detail-type": "EC2 Instance State-change Notification", "time": "%s",
                 "detail": {"instance-id": "i-0123456789abcdef0", "state": "stopping"}}""".formatted(time))).isEqualTo(new StateChange("i-0123456789abcdef0", "stopping", at));
    }

    /** A person has named the alarm, and AWS's envelope is otherwise taken as it is. */
    @Test
    void escapesTheNameOfAnAlarm() throws Exception {
        assertThat(read("""
                {"source": "aws.cloudwatch",
                 "alarmData": {"alarmName": "a\\u001b]0;b", "state": {"value": "ALARM"}, "more": {}}}""")).isEqualTo(new StatusAlarm("a\\u001b]0;b", "ALARM"));
    }

    private static Object read(String text) throws JsonProcessingException {
        var json = new ObjectMapper().readTree(text);
        return json.has("order") ? Orders.read(json) : Events.read(json, NOW);
    }
}
