package io.enifailover.cdk.observability;

import static io.enifailover.app.Synthesis.json;
import static io.enifailover.app.Synthesis.resource;
import static io.enifailover.app.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.enifailover.app.Synthesis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairAlarmsTest {
    private static final String TOPIC = "{\"Ref\": \"NoticesTopic898AF2CD\"}";
    private static final List<String> WORDS = List.of("AlarmDescription", "AlarmActions", "OKActions", "Tags");
    private static final Pattern ADVICE = Pattern.compile(
            ".+: failover (?:status|preflight|history|logs|switch)\\b.* More: docs/operations\\.md#(?<section>[a-z-]+)");

    private static JsonNode template;

    @BeforeAll
    static void synthesize() {
        template = Synthesis.template(Map.of());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NotReady | CandidateReady | Maximum     | LessThan             | 5  | ignore
            BothDown | BothDown       | Maximum     | GreaterThanOrEqualTo | 1  | ignore
            Tainted  | Tainted        | Maximum     | GreaterThanOrEqualTo | 10 | ignore
            Silent   | Holder         | SampleCount | LessThan             | 5  | breaching
            OverTime | OverTime       | Sum         | GreaterThanOrEqualTo | 1  | notBreaching
            Flapping | FlappingHeld   | Sum         | GreaterThanOrEqualTo | 1  | notBreaching
            """)
    void watchWhatTheControllerWrites(
            String id, String metric, String statistic, String comparison, int minutes, String missing) {
        assertThat(withoutWords(alarm(id)))
                .isEqualTo(json("""
                {"Namespace": "EniFailover",
                 "MetricName": "%s",
                 "Dimensions": [{"Name": "Interface",
                                 "Value": {"Fn::GetAtt": ["PairFloatingInterface7D70B22F", "Id"]}}],
                 "Statistic": "%s",
                 "Period": 60,
                 "ComparisonOperator": "%sThreshold",
                 "Threshold": 1,
                 "EvaluationPeriods": %d,
                 "TreatMissingData": "%s"}""".formatted(metric, statistic, comparison, minutes, missing)));
    }

    /** Lambda counts them itself, by whatever alias it was called, and also those of a function that cannot write a metric. */
    @Test
    void watchWhetherTheControllerFails() {
        assertThat(withoutWords(alarm("Failing"))).isEqualTo(json("""
                {"Namespace": "AWS/Lambda",
                 "MetricName": "Errors",
                 "Dimensions": [{"Name": "FunctionName", "Value": {"Ref": "PairControllerFunction06C4B04D"}}],
                 "Statistic": "Sum",
                 "Period": 60,
                 "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                 "Threshold": 1,
                 "EvaluationPeriods": 5,
                 "DatapointsToAlarm": 3,
                 "TreatMissingData": "notBreaching"}"""));
    }

    @Test
    void tellPeopleWhenTheyBegin() {
        assertThat(resources(template, "AWS::CloudWatch::Alarm").values())
                .allSatisfy(alarm ->
                        assertThat(alarm.at("/Properties/AlarmActions")).contains(json(TOPIC)));
    }

    /** That something has not happened again within a minute is no news. */
    @Test
    void tellPeopleWhenAStateEnds() {
        assertThat(resources(template, "AWS::CloudWatch::Alarm"))
                .allSatisfy((id, alarm) -> assertThat(alarm.at("/Properties/OKActions"))
                        .as(id)
                        .isEqualTo(
                                id.matches("Alarms(OverTime|Flapping).*")
                                        ? alarm.path("none")
                                        : json("[" + TOPIC + "]")));
    }

    /** Ten are free, each of one metric, since CloudWatch charges for the metrics of an alarm. */
    @Test
    void areAsManyAsAreFree() {
        assertThat(resources(template, "AWS::CloudWatch::Alarm"))
                .hasSize(10)
                .allSatisfy((id, alarm) -> assertThat(alarm.path("Properties").has("MetricName"))
                        .as(id)
                        .isTrue());
    }

    @Test
    void sayWhatToDoAndWhereItIsExplained() throws IOException {
        var explained = Files.readString(Path.of("docs/operations.md"))
                .lines()
                .filter(line -> line.startsWith("### "))
                .map(PairAlarmsTest::anchor)
                .toList();

        assertThat(resources(template, "AWS::CloudWatch::Alarm")).allSatisfy((id, alarm) -> {
            var advice = ADVICE.matcher(alarm.at("/Properties/AlarmDescription").asText());
            assertThat(advice.matches()).as(id).isTrue();
            assertThat(explained).as(id).contains(advice.group("section"));
        });
    }

    @Test
    void explainInTheRunbookWhatToDoAfterAMove() throws IOException {
        assertThat(Files.readString(Path.of("docs/operations.md"))).contains("\n### Moved\n");
    }

    /** As GitHub makes it from a heading. */
    private static String anchor(String heading) {
        return heading.substring(4).toLowerCase(Locale.ROOT).replace(' ', '-');
    }

    private static JsonNode alarm(String id) {
        return resource(template, "AWS::CloudWatch::Alarm", "Alarms" + id).path("Properties");
    }

    private static JsonNode withoutWords(JsonNode alarm) {
        return alarm.<ObjectNode>deepCopy().without(WORDS);
    }
}
