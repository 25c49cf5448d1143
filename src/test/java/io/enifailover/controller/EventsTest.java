package io.enifailover.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.enifailover.controller.Event.Order.History;
import io.enifailover.controller.Event.Order.Pause;
import io.enifailover.controller.Event.Order.Preflight;
import io.enifailover.controller.Event.Order.Rehearsal;
import io.enifailover.controller.Event.Order.Release;
import io.enifailover.controller.Event.Order.Status;
import io.enifailover.controller.Event.Order.Switchover;
import io.enifailover.controller.Event.Trigger.Report;
import io.enifailover.controller.Event.Trigger.StateChange;
import io.enifailover.controller.Event.Trigger.StatusAlarm;
import io.enifailover.controller.Event.Trigger.Tick;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventsTest {

    @Test
    void readsTheReportOfAWatch() throws Exception {
        assertThat(read("{\"type\": \"report\", \"observer\": \"i-0123456789abcdef0\", \"failures\": 3}"))
                .isEqualTo(new Report("i-0123456789abcdef0", 3, Duration.ZERO, null));
        assertThat(read("{\"type\": \"report\", \"observer\": \"i-0123456789abcdef0\", \"failures\": 3,"
                        + " \"interval\": 0.5, \"clock\": 1767225600.5}"))
                .isEqualTo(new Report(
                        "i-0123456789abcdef0", 3, Duration.ofMillis(500), Instant.parse("2026-01-01T00:00:00.500Z")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e300", "-1e300", "\"1767225600\"", "null", "{}"})
    void readsAReportWithoutAUsableTime(String clock) throws Exception {
        assertThat(read("{\"type\": \"report\", \"observer\": \"i-0123456789abcdef0\", \"failures\": 3, \"clock\": "
                        + clock + "}"))
                .isEqualTo(new Report("i-0123456789abcdef0", 3, Duration.ZERO, null));
    }

    @Test
    void readsTheHeartbeatOfAWatch() throws Exception {
        assertThat(read("""
                {"type":"heartbeat","observer":"i-0123456789abcdef0","userData":"1f2e","clock":1767268800,"ena":"2.13.0g"}"""))
                .isEqualTo(new Event.Heartbeat(
                        "i-0123456789abcdef0", "1f2e", Instant.parse("2026-01-01T12:00:00Z"), "2.13.0g"));
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
                .isEqualTo(new Switchover(Role.STANDBY, "ops", false));
        assertThat(read("{\"order\": \"switchover\"}")).isEqualTo(new Switchover(null, "an operator", false));
        assertThat(read("{\"order\": \"switchover\", \"dryRun\": true}"))
                .isEqualTo(new Switchover(null, "an operator", true));
        assertThat(read("{\"order\": \"history\"}")).isEqualTo(new History(50));
        assertThat(read("{\"order\": \"history\", \"most\": 3}")).isEqualTo(new History(3));
        assertThat(read("{\"order\": \"hold\", \"for\": \"PT2H\", \"reason\": \"kernel\", \"by\": \"ops\"}"))
                .isEqualTo(new Pause(Duration.ofHours(2), "kernel", "ops"));
        assertThat(read("{\"order\": \"release\", \"by\": \"ops\"}")).isEqualTo(new Release("ops"));
        assertThat(read("{\"order\": \"status\"}")).isEqualTo(new Status());
        assertThat(read("{\"order\": \"preflight\"}")).isEqualTo(new Preflight());
        assertThat(read("{\"order\": \"drill\"}")).isEqualTo(new Rehearsal());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                   | event must be a report, a heartbeat, an order, an EC2 state change, an alarm, a scheduled event or a request of CloudFormation, got {}
            {"source":"aws.s3"}                                  | event must be a report, a heartbeat, an order, an EC2 state change, an alarm, a scheduled event or a request of CloudFormation, got {"source":"aws.s3"}
            {"type": "report", "observer": "me"}                 | observer must be an instance id such as i-0123456789abcdef0, got me
            {"order": "restart"}                                 | order must be switchover, hold, release, status, history, preflight or drill, got restart
            {"order": "history", "most": 0}                      | most must be 1 to 1000, got 0
            {"order": "history", "most": 1001}                   | most must be 1 to 1000, got 1001
            {"order": "switchover", "to": "secondary"}           | to must be primary or standby, got secondary
            {"order": "hold"}                                    | for must be an ISO 8601 duration from PT1M to P30D, got ``
            {"order": "hold", "for": "2h"}                       | for must be an ISO 8601 duration from PT1M to P30D, got 2h
            {"order": "hold", "for": "PT59S"}                    | for must be an ISO 8601 duration from PT1M to P30D, got PT59S
            {"order": "hold", "for": "P31D"}                     | for must be an ISO 8601 duration from PT1M to P30D, got P31D
            """)
    void refusesEverythingElseInOneLine(String event, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(event)).withMessage(message.replace("``", ""));
    }

    private static Event read(String json) throws JsonProcessingException {
        return Events.read(new ObjectMapper().readTree(json));
    }
}
