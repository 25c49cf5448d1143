package io.enifailover.outage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class ReportTest {
    private static final SummaryReport LAB = ExampleReport.lab();
    private static final String NASTY = "</svg><script>alert('1')</script>&\"\u0000\u009b\u202e";

    @TempDir
    private Path folder;

    @Test
    void showsTheNumbersOfItsJson() throws Exception {
        LAB.write(folder.resolve("report.html"));
        var page = Files.readString(folder.resolve("report.html"));
        var json = new ObjectMapper().readTree(folder.resolve("report.json").toFile());

        var rows =
                Pattern.compile("<tr><th scope.*?</tr>").matcher(page).results().toList();

        assertThat(rows).hasSameSizeAs(json.get("scenarios"));
        for (var i = 0; i < rows.size(); i++) {
            var scenario = json.get("scenarios").get(i);
            var outage = scenario.get("outageMilliseconds");
            assertThat(values(rows.get(i).group()))
                    .containsExactly(text(outage, "min"), text(outage, "median"), text(outage, "max"));
            assertThat(rows.get(i).group())
                    .contains("<td class=\"n more\">" + text(scenario, "mostFailedRequests") + "</td>")
                    .contains(scenario.get("passed").asBoolean() ? "badge held" : "badge broken");
        }
    }

    @Test
    void writesTheTimelineOfADrillAsAPictureOfItsOwn() throws Exception {
        ExampleReport.drill().write(folder.resolve("drill.html"));

        var picture = Files.readString(folder.resolve("drill.svg"));

        var root = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(picture)))
                .getDocumentElement();
        assertThat(root.getTagName()).isEqualTo("svg");
        assertThat(picture)
                .as("its style, its lanes, and nothing from outside")
                .contains("--primary:", ".answer.primary {", "class=\"answer primary\"", "class=\"answer standby\"")
                .doesNotContain("{{", "href", "url(", "@import");
    }

    @Test
    void tellsWhatWasMeasured() throws Exception {
        var outages = List.of(
                run(new Tape().served("a", 1).failed("refused", 49).served("b", 1)),
                run(new Tape().served("a", 1).failed("refused", 99).served("b", 1)),
                run(new Tape().served("a", 1).failed("refused", 149).served("b", 1)));
        var goals = List.of(Goal.median(Duration.ofSeconds(2)), Goal.max(Duration.ofMillis(2999)));
        var report = report(rated("crash", "It serves.", Duration.ofSeconds(1), goals, outages));

        var scenario =
                new ObjectMapper().readTree(report.json()).get("scenarios").get(0);

        assertThat(scenario.get("outageMilliseconds"))
                .hasToString("{\"min\":1000,\"median\":2000,\"max\":3000,\"ended\":true}");
        assertThat(scenario.get("goals"))
                .hasToString("[{\"of\":\"median\",\"atMostMilliseconds\":2000,\"reached\":true},"
                        + "{\"of\":\"max\",\"atMostMilliseconds\":2999,\"reached\":false}]");
        assertThat(scenario.get("passed").asBoolean())
                .as("passed, although a goal is missed")
                .isTrue();
        assertThat(scenario.get("runs").get(0).get("outages").get(0))
                .hasToString(
                        "{\"from\":\"a\",\"to\":\"b\",\"start\":\"2026-03-01T12:00:00.001Z\",\"milliseconds\":1000,"
                                + "\"resolutionMilliseconds\":20,\"failedRequests\":49,\"ended\":true}");
        assertThat(report.table()).isEqualTo("""
                        scenario  runs       min    median        max  failed  verdict
                        crash        3    1.00 s    2.00 s     3.00 s     149  held, but not each at most 3.00 s
                        """);
    }

    @Test
    void missesEveryGoalIfServiceNeverCameBack() {
        var goals = List.of(Goal.median(Duration.ofHours(1)));
        var scenario = rated(
                "crash",
                "It serves.",
                null,
                goals,
                List.of(run(new Tape().served("a", 1).failed("refused", 50))));

        assertThat(scenario.missed()).isEqualTo(goals);
        assertThat(report(scenario).html()).contains("≥ <data value=\"1000\">");
        assertThat(report(scenario).table()).contains("≥ 1.00 s");
    }

    @Test
    void saysWhatBroke() throws Exception {
        assertThat(LAB.passed()).isFalse();
        assertThat(LAB.html()).contains("<p class=\"failure\">nobody served 8 s after the primary had come back</p>");
        assertThat(LAB.table()).contains("BROKEN  nobody served 8 s after the primary had come back");
    }

    @Test
    void drawsEveryPictureAsWellFormedXml() throws Exception {
        for (var html : List.of(LAB.html(), ExampleReport.drill().html(), nasty().html())) {
            var pictures = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL)
                    .matcher(html)
                    .results()
                    .map(MatchResult::group)
                    .toList();

            assertThat(pictures).isNotEmpty();
            for (var picture : pictures) {
                var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
                builder.setErrorHandler(null);
                var svg = builder.parse(new InputSource(new StringReader(picture)))
                        .getDocumentElement();
                assertThat(svg.getTagName()).isEqualTo("svg");
                assertThat(picture).doesNotContain("NaN", "Infinity");
            }
        }
    }

    @Test
    void drawsTheOutageWhereTheRecordingHasIt() {
        var html = ExampleReport.drill().html();

        assertThat(html).contains("<title>3.90 s, ± 20 ms, 194 failed requests</title>");
        assertThat(html).contains(">detach 1.99 s</text>").contains(">order given</text>");
    }

    @Test
    void escapesAllText() {
        var html = nasty().html();

        assertThat(html)
                .doesNotContain("<script", "alert('1')", "\u009b", "\u202e")
                .contains("&lt;/svg&gt;&lt;script&gt;");
    }

    @Test
    void escapesAllTextOfADrill() {
        var run = new Run(
                new Tape().served("a", 5).recording(),
                List.of(),
                List.of(new TimelineEvent(Tape.BEGAN, NASTY)),
                List.of(NASTY));
        var html = new OutageReport(
                        NASTY,
                        NASTY,
                        Map.of("a", NASTY),
                        Map.of(NASTY, NASTY),
                        new Scenario(NASTY, NASTY, List.of(run)))
                .html();

        assertThat(html)
                .doesNotContain("<script", "alert('1')", "\u009b", "\u202e")
                .contains("&lt;/svg&gt;&lt;script&gt;");
    }

    @Test
    void keepsTheFieldsOfADrillsJson() throws Exception {
        var mapper = new ObjectMapper();

        assertThat(mapper.readTree(ExampleReport.drill().json()))
                .isEqualTo(mapper.readTree(ReportTest.class.getResourceAsStream("drill.json")));
    }

    @Test
    void isOneFileThatRefersToNoOther() {
        for (var html : List.of(LAB.html(), ExampleReport.drill().html())) {
            assertThat(html.replace("http://www.w3.org/2000/svg", ""))
                    .doesNotContain("http:", "https:", "src=", "<link", "@import", "url(", "<script", "{{");
        }
    }

    @Test
    void drawsWhatNobodyAnswered() {
        var report = report(rated("dead", "It serves.", null, List.of(), List.of(run(new Tape()))));

        assertThat(report.html()).contains("<svg").doesNotContain("NaN", "Infinity");
    }

    @Test
    void drawsAServerOfNoRoleInALaneOfItsOwn() {
        var stranger = report(rated("swap", "It serves.", null, List.of(), List.of(run(new Tape().served("c", 9)))));

        assertThat(stranger.html()).contains("answer another");
        assertThat(LAB.html()).doesNotContain("answer another\"");
    }

    @Test
    void drawsAnswersWithoutANameInOneLane() throws Exception {
        var tape = new Tape()
                .probes("connected", null, 50, 1)
                .failed("refused", 25)
                .probes("connected", null, 150, 1);
        var report = report(rated("drill", "It serves.", null, List.of(), List.of(run(tape))));

        assertThat(report.html())
                .contains(
                        ">answered</text>",
                        "class=\"answer another\"",
                        "<title>520 ms, ± 20 ms, 25 failed requests</title>")
                .contains("The answers do not name their server.")
                .doesNotContain(">primary</text>", ">standby</text>", ">another</text>", "null");
        assertThat(new ObjectMapper()
                        .readTree(report.json())
                        .at("/scenarios/0/runs/0/served/0/by")
                        .isNull())
                .isTrue();
        assertThat(LAB.html()).doesNotContain("The answers do not name their server.");
    }

    private static SummaryReport nasty() {
        var goals = List.of(Goal.max(Duration.ofSeconds(1)));
        var recording =
                new Tape().served(NASTY, 5).failed("refused", 5).served("b", 5).recording();
        var run = new Run(
                recording,
                List.of(new Phase(NASTY, Tape.BEGAN, Duration.ofMillis(100))),
                List.of(new TimelineEvent(Tape.BEGAN, NASTY)),
                List.of(NASTY));
        var design = new Comparison.Design(
                NASTY,
                NASTY,
                List.of(Duration.ofSeconds(1)),
                List.of(new Comparison.Part(NASTY, Duration.ofSeconds(1), true)));
        return new SummaryReport(
                NASTY,
                NASTY,
                Map.of("a", NASTY, NASTY, NASTY),
                Map.of(NASTY, NASTY),
                List.of(rated(NASTY, NASTY, Duration.ofMillis(20), goals, List.of(run, run))),
                List.of(new Comparison(NASTY, NASTY, List.of(design))));
    }

    private static SummaryReport report(RatedScenario scenario) {
        return new SummaryReport(
                "A report", "Of one scenario.", Map.of("a", "primary"), Map.of(), List.of(scenario), List.of());
    }

    private static RatedScenario rated(
            String name, String promise, @Nullable Duration floor, List<Goal> goals, List<Run> runs) {
        return new RatedScenario(new Scenario(name, promise, runs), floor, goals);
    }

    private static Run run(Tape tape) {
        return new Run(tape.recording(), List.of(), List.of(), List.of());
    }

    private static List<String> values(String html) {
        return Pattern.compile("<data value=\"(\\d+)\">")
                .matcher(html)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static @Nullable String text(JsonNode node, String name) {
        return node.get(name).asText();
    }
}
