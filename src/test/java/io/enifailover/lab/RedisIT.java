package io.enifailover.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.outage.ProbeSeries;
import io.enifailover.outage.RemoteProber;
import io.enifailover.outage.Run;
import io.enifailover.outage.Sample;
import io.enifailover.protocol.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * {@code examples/redis} as it is, and a client in its VPC that writes numbered records throughout: what its README says can
 * be lost is what is lost at most.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class RedisIT {
    private static final Duration PATIENCE = Scenarios.PATIENCE;

    @AutoClose
    private static Lab lab;

    private static LabReport report;
    private static Scenarios scenarios;

    @BeforeAll
    static void deploy() throws Exception {
        lab = new Lab(Application.example(
                "redis", "Redis", "redis-pair", "http://%s:6380/", "redis-server --version | cut -d ' ' -f 1-3"));
        report = LabReport.of(lab);
        scenarios = new Scenarios(lab, report);
        lab.emulator().detachTakes(Lab.DETACH);
        lab.emulator().attachTakes(Lab.ATTACH);
    }

    @AfterAll
    static void writeTheReport() throws Exception {
        if (report != null) {
            report.write();
        }
    }

    @Test
    @Order(1)
    void losesNothingInASwitchover() throws Exception {
        play("Redis: switchover and back", "no confirmed write is lost", "confirmed", (trial, from, to) -> {
            switchOver(trial, from, to, 1);
            switchOver(trial, to, from, 2);
        });
    }

    @Test
    @Order(2)
    void keepsWhatWasReplicatedWhenTheMachineLosesPower() throws Exception {
        play("Redis: machine crashes", "no replicated write is lost", "replicated", (trial, from, to) -> {
            trial.happens("machine powered off", from::powerOff);
            expectMove(trial, "report", from, to, 1);
            trial.happens("machine powered on", from::powerOn);
            expectReplica(trial, from);
        });
    }

    /** It finds out that it is not the active one any more when it goes on. */
    @Test
    @Order(3)
    void keepsWhatWasReplicatedWhenTheMachineFreezes() throws Exception {
        play(
                "Redis: machine freezes, goes on later",
                "no replicated write is lost",
                "replicated",
                (trial, from, to) -> {
                    trial.happens("machine frozen", from::freeze);
                    expectMove(trial, "report", from, to, 1);
                    trial.happens("machine goes on", from::thaw);
                    expectReplica(trial, from);
                });
    }

    private interface Script {
        void play(Trial trial, Machine active, Machine replica) throws Exception;
    }

    private static void switchOver(Trial trial, Machine from, Machine to, int moves) throws Exception {
        trial.happens("switchover ordered", () -> scenarios.order(Map.of("order", "switchover", "by", "lab")));
        expectMove(trial, "lab", from, to, moves);
        expectReplica(trial, from);
    }

    /** As in every scenario, but without a witness, which could say that the new holder serves. */
    private static void expectMove(Trial trial, String cause, Machine from, Machine to, int moves) throws Exception {
        trial.expectServedBy(to, PATIENCE);
        trial.expect(
                Await.within(PATIENCE, () -> moves().size() >= moves && !lab.isMoving()),
                "the record tells of the move");
        var move = moves().get(0);
        trial.expectEqual(moves().size(), moves, "moves in the record");
        trial.expectEqual(move.path("from").asText(), from.id(), "from whom");
        trial.expectEqual(move.path("to").asText(), to.id(), "to whom");
        trial.expect(move.path("by").asText().startsWith(cause), "a " + cause + " leads to the move");
        trial.expectOutageOfAtLeast(Lab.FLOOR);
    }

    private static List<JsonNode> moves() {
        try {
            return lab.history();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Without a witness, reports count only once the holder has had the interface for this long. */
    private static void calmDown() {
        Await.pause(Step.SERVE.deadline());
        lab.forget();
    }

    /** Its health check says that it could take over. */
    private static void expectReplica(Trial trial, Machine machine) {
        trial.expect(
                Await.within(PATIENCE, () -> isReplica(machine) && lab.serves(machine)),
                lab.roleOf(machine) + " becomes a replica");
    }

    private static boolean isReplica(Machine machine) {
        try {
            return redis(machine, "ROLE").startsWith("slave");
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /**
     * Plays one scenario with a client that writes.
     *
     * @param kept which of the client's writes have to be there afterwards, by the answer that they had
     */
    private static void play(String name, String promise, String kept, Script script) throws Exception {
        report.begin(name, promise, List.of());
        var active = lab.holder();
        var replica = lab.other(active);
        expectBothWell(active, replica);
        calmDown();
        redis(active, "FLUSHALL");
        var answers = Lab.DIRECTORY.resolve("logs").resolve("redis.answers");
        var trial = new Trial(lab, listener -> writer(answers, listener));
        Run run;
        try {
            script.play(trial, active, replica);
        } finally {
            run = trial.end();
        }
        var failures = new ArrayList<>(run.failures());
        if (!Await.within(PATIENCE, () -> records(lab.primary()).equals(records(lab.standby())))) {
            failures.add("both servers have the same records");
        }
        var present = records(lab.holder());
        var figures = new ArrayList<String>();
        for (var answer : List.of("confirmed", "replicated")) {
            var written = written(answers, answer);
            var lost = new TreeSet<>(written);
            lost.removeAll(present);
            figures.add("%d %s, %d of them lost".formatted(written.size(), answer, lost.size()));
            if (answer.equals(kept) && !lost.isEmpty()) {
                failures.add("no %s write is lost, %s were".formatted(kept, lost));
            }
        }
        report.add(new Run(run.recording(), run.phases(), run.events(), failures));
        report.fact(name, String.join("; ", figures));
        assertThat(failures).as("what was promised and does not hold").isEmpty();
    }

    private static void expectBothWell(Machine active, Machine replica) {
        for (var machine : List.of(active, replica)) {
            machine.thaw();
            machine.powerOn();
        }
        assertThat(Await.within(PATIENCE, () -> lab.serves(active) && isReplica(replica) && lab.serves(replica)))
                .as("one server takes writes, the other one is its replica")
                .isTrue();
    }

    /** One that writes a record every 20 ms, by a connection of its own. */
    private static ProbeSeries writer(Path answers, Consumer<Sample> listener) {
        var client = lab.vpc().neighbour();
        var floating = lab.stack().output("FloatingAddress");
        // As a VPC does, which answers by itself: a server would also answer with the MAC of its own interface.
        client.run(
                "ip",
                "neigh",
                "replace",
                floating,
                "lladdr",
                lab.stack().floatingInterface().macAddress(),
                "dev",
                "eth0",
                "nud",
                "permanent");
        var command = new ArrayList<>(
                client.command("python3", "src/test/lab/redis-writer.py", floating, answers.toString()));
        lab.machines().forEach(machine -> command.add(machine.nic().address() + "=" + machine.id()));
        return new RemoteProber(command, Duration.ofMillis(20), listener);
    }

    private static Set<String> written(Path answers, String answer) throws IOException {
        return Files.readAllLines(answers).stream()
                .map(line -> line.split(" ", -1))
                .filter(words -> words[1].equals(answer))
                .map(words -> "record:" + words[0])
                .collect(Collectors.toSet());
    }

    private static Set<String> records(Machine machine) {
        return redis(machine, "--scan", "--pattern", "record:*").lines().collect(Collectors.toSet());
    }

    private static String redis(Machine machine, String... words) {
        return machine.run(Shell.command(List.of("redis-cli", "--raw"), words).toArray(String[]::new));
    }
}
