package io.enifailover.cdk.observability;

import static io.enifailover.app.Synthesis.json;
import static io.enifailover.app.Synthesis.resource;
import static io.enifailover.app.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.app.Synthesis;
import io.enifailover.function.Lines;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PairQueriesTest {
    private static JsonNode template;

    @BeforeAll
    static void synthesize() {
        template = Synthesis.template(Map.of());
    }

    @Test
    void askWhyItMoved() {
        assertThat(query("Moved")).isEqualTo(json("""
                {"Name": "EniFailover/Questions/why did it move",
                 "LogGroupNames": [{"Ref": "PairControllerLogs11F84410"}],
                 "QueryString": "fields @timestamp, event, reason, trigger, observation.interface,\
                 observation.service, observation.servers.0, observation.servers.1\\n| filter event in [\\"moved\\", \\"failed\\"]\\n\
                | sort @timestamp desc\\n| limit 100"}"""));
    }

    @Test
    void askWhyItDidNot() {
        assertThat(query("NotMoved")).isEqualTo(json("""
                {"Name": "EniFailover/Questions/why did it not",
                 "LogGroupNames": [{"Ref": "PairControllerLogs11F84410"}],
                 "QueryString": "fields @timestamp, event, reason, trigger, observation.interface,\
                 observation.service, observation.servers.0, observation.servers.1\\n\
                | filter event in [\\"refused\\", \\"alert\\", \\"gave way\\"]\\n| sort @timestamp desc\\n| limit 100"}"""));
    }

    @Test
    void askForWhatTheControllerWrites() {
        var lines = new Lines();
        for (var query : List.of(
                query("Moved").path("QueryString").asText(),
                query("NotMoved").path("QueryString").asText(),
                String.join("\n| ", PairQueries.WHAT_HAPPENED))) {
            var fields = query.lines().findFirst().orElseThrow().replaceFirst("fields @timestamp, ", "");
            assertThat(fields.split(", ", -1))
                    .allSatisfy(
                            field -> assertThat(lines.values(field)).as(field).isNotEmpty());
            assertThat(Pattern.compile("\"([^\"]+)\"").matcher(query).results().map(word -> word.group(1)))
                    .isNotEmpty()
                    .isSubsetOf(lines.values("event"));
        }
    }

    @Test
    void askNothingElse() {
        assertThat(resources(template, "AWS::Logs::QueryDefinition")).hasSize(2);
    }

    private static JsonNode query(String id) {
        return resource(template, "AWS::Logs::QueryDefinition", "Questions" + id)
                .path("Properties");
    }
}
